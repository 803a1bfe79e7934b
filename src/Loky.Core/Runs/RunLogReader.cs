namespace Loky.Runs;

/// <summary>Reads a log of any size by lines, but for what is no line of one, as the torn last line of a killed run.</summary>
internal sealed class RunLogReader : IDisposable
{
    private const int LongestLine = 16 * 1024 * 1024;

    private readonly FileStream _file;
    private readonly RunLogParser _parser = new();
    private byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;
    private long _offset;
    private bool _skipping;

    /// <summary>Opens a log.</summary>
    /// <exception cref="RunLogException">The log cannot be opened.</exception>
    public RunLogReader(string path)
    {
        Path = path;
        try
        {
            // Also one that is being written.
            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RunLogException(RunLogProblem.Failed, path, MessageText.Format(Messages.RunLogNotOpened, path, exception.Message), exception);
        }
    }

    public string Path { get; }

    public RunLogEntry Entry => _parser.Entry;

    /// <summary>Gets how long the log is, in bytes, up to the end of the last whole line that was read.</summary>
    public long WholeLength { get; private set; }

    /// <summary>Gets how many lines were left out because they are none of a log.</summary>
    public int BrokenLines { get; private set; }

    /// <summary>Gets a value indicating whether the log ends in the middle of a line.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>Reads the next line. Returns false at the end.</summary>
    /// <exception cref="RunLogException">The log cannot be read, is none, or is one of a later version.</exception>
    public bool Read()
    {
        while (TryReadLine(out ReadOnlySpan<byte> line))
        {
            if (line.IsEmpty)
            {
                continue;
            }

            _parser.Parse(line);
            if (Entry.Header is null)
            {
                throw new RunLogException(RunLogProblem.Unreadable, Path, MessageText.Format(Messages.RunLogNone, Path));
            }

            if (Entry.Header.Version > RunLogFormat.Version)
            {
                throw new RunLogException(
                    RunLogProblem.Unreadable, Path, MessageText.Format(Messages.RunLogTooNew, Path, Entry.Header.Version, RunLogFormat.Version));
            }

            if (Entry.Kind == RunLogLineKind.Broken)
            {
                BrokenLines++;
                continue;
            }

            if (Entry.Kind != RunLogLineKind.Other)
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Gets the next whole line; one that is too long for any log counts as broken.</summary>
    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            ReadOnlySpan<byte> left = _buffer.AsSpan(_start, _end - _start);
            int length = left[searched..].IndexOf((byte)'\n');
            if (length >= 0)
            {
                length += searched;
                line = left[..length];
                _start += length + 1;
                WholeLength = _offset + _start;
                if (!_skipping)
                {
                    return true;
                }

                (_skipping, searched) = (false, 0);
                BrokenLines++;
                continue;
            }

            searched = left.Length;
            if (left.Length >= LongestLine)
            {
                (_skipping, searched) = (true, 0);
                _offset += _end;
                (_start, _end) = (0, 0);
            }

            if (!Fill())
            {
                IsTorn = _skipping || _end > _start;
                line = default;
                return false;
            }
        }
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _offset += _start;
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        try
        {
            int read = _file.Read(_buffer.AsSpan(_end));
            _end += read;
            return read > 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RunLogException(RunLogProblem.Failed, Path, MessageText.Format(Messages.RunLogNotOpened, Path, exception.Message), exception);
        }
    }
}
