using System.Text;

namespace Loky.Launch;

/// <summary>Remembers a standard error's first and last lines, as a crash report's head tells most. Thread-safe.</summary>
internal sealed class StandardErrorText(Encoding? encoding = null)
{
    private const int MaxHead = 20;
    private const int MaxTail = 24;
    private const int MaxBefore = 4;
    private const int MaxSummary = 5;
    private const int MaxLineBytes = 400;

    // How the reports of the .NET runtime begin; a worker may have said much before it crashes.
    private static readonly string[] CrashOpenings =
        ["Unhandled exception. ", "Stack overflow.", "Process terminated.", "Out of memory.", "Fatal error.", "Unhandled Exception: "];

    private readonly object _gate = new();
    private readonly List<string> _head = [];
    private readonly Queue<string> _tail = new();
    private readonly byte[] _line = new byte[MaxLineBytes];
    private int _lineLength;
    private int _leftOut;

    /// <summary>Gets what is remembered, with a mark where lines are left out, without surrounding white space.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                List<string> lines = [.. _head];
                if (_leftOut > 0)
                {
                    lines.Add(MessageText.Format(Messages.LinesLeftOut, _leftOut));
                }

                lines.AddRange(_tail);
                lines.Add(OpenLine);
                return string.Join('\n', lines).Trim();
            }
        }
    }

    /// <summary>Returns the first lines of a crash report, or else the last lines; the user has seen the whole already.</summary>
    public static string Summarize(string text)
    {
        string[] lines = text.Split('\n');
        if (lines.Length <= MaxSummary)
        {
            return text;
        }

        int report = Array.FindIndex(lines, IsCrashOpening);
        int first = report >= 0 ? report : lines.Length - MaxSummary;
        string[] told = [.. lines.Skip(first).Take(MaxSummary)];
        return string.Join('\n', told) + '\n' + MessageText.Format(Messages.MoreStandardError, lines.Length - told.Length, nameof(TerminatedWorkerException.StandardError));
    }

    private string OpenLine => (encoding ?? Encoding.UTF8).GetString(_line, 0, _lineLength).TrimEnd('\r');

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            while (bytes.IndexOf((byte)'\n') is >= 0 and int end)
            {
                Extend(bytes[..end]);
                AddLine(OpenLine);
                _lineLength = 0;
                bytes = bytes[(end + 1)..];
            }

            Extend(bytes);
        }
    }

    /// <summary>Of a line that is very long, the beginning is kept.</summary>
    private void Extend(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, MaxLineBytes - _lineLength);
        bytes[..count].CopyTo(_line.AsSpan(_lineLength));
        _lineLength += count;
    }

    private static bool IsCrashOpening(string line) => Array.Exists(CrashOpenings, opening => line.StartsWith(opening, StringComparison.Ordinal));

    private void AddLine(string line)
    {
        if (IsCrashOpening(line))
        {
            StartOver();
        }

        if (_head.Count < MaxHead)
        {
            _head.Add(line);
            return;
        }

        _tail.Enqueue(line);
        if (_tail.Count > MaxTail)
        {
            _ = _tail.Dequeue();
            _leftOut++;
        }
    }

    /// <summary>A report becomes the head, with the last lines before it, which may tell what led to it.</summary>
    private void StartOver()
    {
        string[] before = [.. _head.Concat(_tail).TakeLast(MaxBefore)];
        _head.Clear();
        _tail.Clear();
        _head.AddRange(before);
        _leftOut = 0;
    }
}
