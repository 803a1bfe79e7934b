namespace Loky.Pester.Bridge;

/// <summary>Keeps the last lines of a program's output, for the message of a run that went wrong.</summary>
public sealed class OutputTail
{
    private const int Capacity = 60;
    private readonly Queue<string> _lines = new();

    /// <summary>Reads until the end of <paramref name="reader"/>.</summary>
    public async Task Follow(TextReader reader)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (_lines)
            {
                _lines.Enqueue(line);
                if (_lines.Count > Capacity)
                {
                    _ = _lines.Dequeue();
                }
            }
        }
    }

    /// <summary>The lines kept so far.</summary>
    public override string ToString()
    {
        lock (_lines)
        {
            return string.Join('\n', _lines);
        }
    }
}
