using Loky.Diagnosis;

namespace Loky.Runs;

/// <summary>Appends a run's lines on its own thread, so that nobody waits for a disk; a line is whole, or taken away.</summary>
internal sealed class RunLogWriter : IAttemptSink
{
    private const int MostWaiting = 4 << 20;

    private readonly object _gate = new();
    private readonly FileStream _file;
    private readonly RunLogLock _lock;
    private readonly string _path;
    private readonly Action _onRelieved;
    private readonly Func<(long Items, long Skipped)> _count;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunLogLines _waiting;
    private RunLogLines _spare;
    private bool _isBehind;
    private bool _completed;
    private RunLogException? _failure;

    /// <summary>Takes over a log that was opened; <paramref name="onRelieved"/> is called when it is no longer behind.</summary>
    /// <exception cref="RunLogException">Not even the first line could be written.</exception>
    public RunLogWriter(string path, FileStream file, RunLogLock ownership, RunLogHeader header, Func<(long Items, long Skipped)> count, Action onRelieved)
    {
        (_path, _file, _lock, _count, _onRelieved) = (path, file, ownership, count, onRelieved);
        (_waiting, _spare) = (new RunLogLines(header), new RunLogLines(header));
        _waiting.WriteHeader();
        Append(_waiting);
        if (_failure is { } failure)
        {
            Close();
            throw failure;
        }

        new Thread(Run) { IsBackground = true, Name = "Loky log" }.Start();
    }

    public bool IsBehind => Volatile.Read(ref _isBehind);

    /// <summary>Gets a task that completes when everything is written and the log is closed.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Gets what kept lines from being written, once it has; null before.</summary>
    public RunLogException? Failure => Volatile.Read(ref _failure);

    public void Add(ReadOnlySpan<Attempt> attempts, bool more)
    {
        // Under the lock, though results come on several threads: to copy the lines would take half as long as to make them.
        lock (_gate)
        {
            if (_completed || _failure is not null)
            {
                return;
            }

            foreach (ref readonly Attempt attempt in attempts)
            {
                _waiting.Write(attempt);
            }

            if (_waiting.Written.Length > MostWaiting)
            {
                Volatile.Write(ref _isBehind, true);
            }

            if ((!more || IsBehind) && !_waiting.Written.IsEmpty)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    public void Complete(Exception? error, bool cancelled)
    {
        (long items, long skipped) = _count();
        lock (_gate)
        {
            if (!_completed)
            {
                _completed = true;
                _waiting.WriteEnd(items, skipped, error, cancelled);
                Monitor.Pulse(_gate);
            }
        }
    }

    private void Run()
    {
        try
        {
            while (TryTake(out RunLogLines lines))
            {
                Append(lines);
                if (IsBehind)
                {
                    Volatile.Write(ref _isBehind, false);
                    Isolated.Call(_onRelieved);
                }
            }
        }
        catch (Exception exception)
        {
            // Nobody is to wait for what will not be written.
            Fail(exception);
            Volatile.Write(ref _isBehind, false);
            Isolated.Call(_onRelieved);
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Takes what waits; what comes meanwhile goes to the other of the two.</summary>
    private bool TryTake(out RunLogLines lines)
    {
        lock (_gate)
        {
            while (_waiting.Written.IsEmpty && !_completed)
            {
                Monitor.Wait(_gate);
            }

            lines = _waiting;
            (_waiting, _spare) = (_spare, _waiting);
            return !lines.Written.IsEmpty;
        }
    }

    private void Append(RunLogLines lines)
    {
        long whole = _file.Position;
        try
        {
            if (_failure is null)
            {
                _file.Write(lines.Written.Span);
            }
        }
        catch (Exception exception)
        {
            // What was written of a line would make the next one unreadable.
            Isolated.Call(static cut => cut._file.SetLength(cut.whole), (_file, whole));
            Fail(exception);
        }
        finally
        {
            lines.Clear();
        }
    }

    private void Fail(Exception exception) => Volatile.Write(
        ref _failure, _failure ?? new RunLogException(RunLogProblem.Failed, _path, MessageText.Format(Messages.RunLogNotWritten, _path, exception.Message), exception));

    private void Close()
    {
        Isolated.Call(_file.Dispose);
        Isolated.Call(_lock.Dispose);
        Isolated.Call(_waiting.Dispose);
        Isolated.Call(_spare.Dispose);
        _closed.TrySetResult();
    }
}
