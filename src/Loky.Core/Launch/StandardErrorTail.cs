using System.Text;

namespace Loky.Launch;

/// <summary>Passes a worker's output on to the parent's own stream and remembers its last lines. Thread-safe.</summary>
internal sealed class StandardErrorTail
{
    private const int MaxBytes = 4096;
    private const int MaxLines = 24;
    private readonly object _gate = new();
    private readonly byte[] _tail = new byte[MaxBytes];
    private int _length;

    /// <summary>Gets the last lines, without surrounding white space.</summary>
    public string Text
    {
        get
        {
            string text;
            lock (_gate)
            {
                text = Encoding.UTF8.GetString(_tail, 0, _length).Trim();
            }

            string[] lines = text.Split('\n');
            return lines.Length <= MaxLines ? text : string.Join('\n', lines[^MaxLines..]);
        }
    }

    /// <summary>Reads <paramref name="source"/> to its end. Neither a broken source nor a closed target is an error.</summary>
    public async Task PumpAsync(Stream source, Stream target)
    {
        byte[] buffer = new byte[4096];
        bool targetOpen = true;
        try
        {
            while (await source.ReadAsync(buffer).ConfigureAwait(false) is > 0 and int count)
            {
                Append(buffer.AsSpan(0, count));
                if (targetOpen)
                {
                    targetOpen = await TryWriteAsync(target, buffer.AsMemory(0, count)).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The worker's end is gone: that is how every worker's output ends.
        }
    }

    private static async Task<bool> TryWriteAsync(Stream target, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await target.WriteAsync(bytes).ConfigureAwait(false);
            await target.FlushAsync().ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (bytes.Length >= MaxBytes)
            {
                bytes[^MaxBytes..].CopyTo(_tail);
                _length = MaxBytes;
                return;
            }

            int keep = Math.Min(_length, MaxBytes - bytes.Length);
            _tail.AsSpan(_length - keep, keep).CopyTo(_tail);
            bytes.CopyTo(_tail.AsSpan(keep));
            _length = keep + bytes.Length;
        }
    }
}
