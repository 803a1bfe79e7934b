namespace Loky.Runs;

/// <summary>
/// Appends the lines of a run to its log on a thread of its own, so that nobody waits for a disk. A line is written with
/// others that wait, by one write, and is whole or taken away again.
/// </summary>
internal sealed class RunLogWriter : IAttemptSink
{
    private const int MostWaiting = 8 * 1024;
    private const int WriteFrom = 256 * 1024;

    private readonly object _gate = new();
    private readonly Queue<IReadOnlyList<Attempt>> _waiting = new();
    private readonly RunLogLines _lines;
    private readonly FileStream _file;
    private readonly RunLogLock _lock;
    private readonly string _path;
    private readonly Action _onRelieved;
    private readonly Func<(long Items, long Skipped)> _count;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waitingCount;
    private bool _completed;
    private (Exception? Error, bool Cancelled) _end;
    private RunLogException? _failure;
    private long _lost;

    /// <summary>Takes over a log that was opened, and writes its first line.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="file">The log, at its end.</param>
    /// <param name="ownership">What keeps others off.</param>
    /// <param name="header">What the first line tells.</param>
    /// <param name="count">Tells, at the end, how many items there were, and how many were skipped.</param>
    /// <param name="onRelieved">Called when it is no longer behind.</param>
    /// <exception cref="RunLogException">Not even that line could be written.</exception>
    public RunLogWriter(string path, FileStream file, RunLogLock ownership, RunLogHeader header, Func<(long Items, long Skipped)> count, Action onRelieved)
    {
        (_path, _file, _lock, _count, _onRelieved) = (path, file, ownership, count, onRelieved);
        _lines = new RunLogLines(header);
        _lines.WriteHeader();
        Append();
        if (_failure is { } failure)
        {
            Close();
            throw failure;
        }

        new Thread(Run) { IsBackground = true, Name = "Loky log" }.Start();
    }

    /// <inheritdoc/>
    public bool IsBehind => Volatile.Read(ref _waitingCount) > MostWaiting;

    /// <summary>Gets a task that completes when everything is written and the log is closed.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Gets what kept lines from being written, once it has; null before.</summary>
    public RunLogException? Failure => Volatile.Read(ref _failure);

    /// <summary>Gets how many lines were not written because of that.</summary>
    public long LostLines => Volatile.Read(ref _lost);

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Attempt> attempts)
    {
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            _waiting.Enqueue(attempts);
            _waitingCount += attempts.Count;
            Monitor.Pulse(_gate);
        }
    }

    /// <inheritdoc/>
    public void Complete(Exception? error, bool cancelled)
    {
        lock (_gate)
        {
            if (!_completed)
            {
                (_completed, _end) = (true, (error, cancelled));
                Monitor.Pulse(_gate);
            }
        }
    }

    private void Run()
    {
        try
        {
            while (TryTake(out IReadOnlyList<Attempt>? attempts, out bool relieved))
            {
                Write(attempts!);
                if (relieved)
                {
                    Diagnosis.Isolated.Call(_onRelieved);
                }
            }

            (long items, long skipped) = _count();
            _lines.WriteEnd(items, skipped, _end.Error, _end.Cancelled);
            Append();
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
        finally
        {
            Close();
        }
    }

    private bool TryTake(out IReadOnlyList<Attempt>? attempts, out bool relieved)
    {
        if (Volatile.Read(ref _waitingCount) == 0)
        {
            // What was written so far goes out as soon as nothing waits to go with it.
            Append();
        }

        lock (_gate)
        {
            while (_waiting.Count == 0 && !_completed)
            {
                Monitor.Wait(_gate);
            }

            bool was = IsBehind;
            bool taken = _waiting.TryDequeue(out attempts);
            _waitingCount -= attempts?.Count ?? 0;
            relieved = was && !IsBehind;
            return taken;
        }
    }

    private void Write(IReadOnlyList<Attempt> attempts)
    {
        for (int i = 0; i < attempts.Count; i++)
        {
            if (_failure is not null)
            {
                Volatile.Write(ref _lost, _lost + attempts.Count - i);
                return;
            }

            _lines.Write(attempts[i]);
            if (_lines.Written.Length >= WriteFrom)
            {
                Append();
            }
        }
    }

    private void Append()
    {
        if (_lines.Written.IsEmpty)
        {
            return;
        }

        long whole = 0;
        try
        {
            if (_failure is null)
            {
                whole = _file.Position;
                _file.Write(_lines.Written.Span);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // What was written of a line would make the next one unreadable.
            Diagnosis.Isolated.Call(static cut => cut._file.SetLength(cut.whole), (_file, whole));
            Volatile.Write(ref _lost, _lost + _lines.Written.Span.Count((byte)'\n'));
            Fail(exception);
        }
        finally
        {
            _lines.Clear();
        }
    }

    private void Fail(Exception exception) => Volatile.Write(
        ref _failure, _failure ?? new RunLogException(RunLogProblem.Failed, _path, MessageText.Format(Messages.RunLogNotWritten, _path, exception.Message), exception));

    private void Close()
    {
        Diagnosis.Isolated.Call(_file.Dispose);
        Diagnosis.Isolated.Call(_lock.Dispose);
        Diagnosis.Isolated.Call(_lines.Dispose);
        _closed.TrySetResult();
    }
}
