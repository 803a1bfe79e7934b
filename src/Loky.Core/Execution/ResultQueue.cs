namespace Loky.Execution;

/// <summary>
/// Hands results from the background threads that receive them to the one reader that wants them, as they come or in
/// the order of the input. The reader waits either on its thread or asynchronously.
/// </summary>
internal sealed class ResultQueue(bool ordered)
{
    private const long SaturatedBytes = 64L << 20;

    private readonly object _gate = new();
    private readonly Queue<ResultEntry> _ready = new();
    private readonly Dictionary<long, Queue<ResultEntry>> _early = [];
    private readonly Queue<string> _warnings = new();
    private long _nextIndex;
    private long _bytes;
    private bool _completed;
    private bool _cancelled;
    private TaskCompletionSource? _awaited;

    /// <summary>Gets what ended the call ahead of its items, once it has.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Gets a value indicating whether so much waits to be written that no more should be made for now.</summary>
    public bool IsSaturated => Volatile.Read(ref _bytes) > SaturatedBytes;

    /// <summary>Adds an entry.</summary>
    public void Add(ResultEntry entry)
    {
        lock (_gate)
        {
            if (_cancelled)
            {
                entry.Frame?.Dispose();
                return;
            }

            _bytes += entry.Size;
            if (!ordered)
            {
                _ready.Enqueue(entry);
            }
            else if (entry.FirstIndex == _nextIndex)
            {
                Release(entry);
            }
            else
            {
                if (!_early.TryGetValue(entry.FirstIndex, out Queue<ResultEntry>? waiting))
                {
                    _early.Add(entry.FirstIndex, waiting = new Queue<ResultEntry>());
                }

                waiting.Enqueue(entry);
            }

            Wake();
        }
    }

    /// <summary>Notes a warning for the reader.</summary>
    public void Warn(string warning)
    {
        lock (_gate)
        {
            _warnings.Enqueue(warning);
        }
    }

    /// <summary>Takes the next warning.</summary>
    public bool TryTakeWarning(out string warning)
    {
        lock (_gate)
        {
            return _warnings.TryDequeue(out warning!);
        }
    }

    /// <summary>Notes that nothing more will come.</summary>
    public void Complete(Exception? error)
    {
        lock (_gate)
        {
            _completed = true;
            Error = error;
            Wake();
        }
    }

    /// <summary>Drops what is there and what will come, and wakes whoever waits.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _cancelled = true;
            foreach (ResultEntry entry in _ready.Concat(_early.Values.SelectMany(static waiting => waiting)))
            {
                entry.Frame?.Dispose();
            }

            _ready.Clear();
            _early.Clear();
            Wake();
        }
    }

    /// <summary>Takes the next entry if there is one.</summary>
    public bool TryTake(out ResultEntry entry)
    {
        lock (_gate)
        {
            return TryTakeLocked(out entry);
        }
    }

    /// <summary>
    /// Waits for the next entry. Returns null at the end of everything, after <see cref="Cancel"/>, or when
    /// <paramref name="limit"/> has passed.
    /// </summary>
    public ResultEntry? Take(TimeSpan limit)
    {
        lock (_gate)
        {
            while (true)
            {
                if (TryTakeLocked(out ResultEntry entry))
                {
                    return entry;
                }

                if (_completed || _cancelled || !Monitor.Wait(_gate, limit))
                {
                    return TryTakeLocked(out entry) ? entry : null;
                }
            }
        }
    }

    /// <summary>Waits for the next entry without holding a thread. Returns null at the end of everything, or after <see cref="Cancel"/>.</summary>
    public async ValueTask<ResultEntry?> TakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task awaited;
            lock (_gate)
            {
                if (TryTakeLocked(out ResultEntry entry))
                {
                    return entry;
                }

                if (_completed || _cancelled)
                {
                    return null;
                }

                _awaited ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                awaited = _awaited.Task;
            }

            await awaited.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Gets a value indicating whether nothing is left and nothing will come.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return _cancelled || (_completed && _ready.Count == 0);
            }
        }
    }

    private void Wake()
    {
        Monitor.PulseAll(_gate);
        _awaited?.SetResult();
        _awaited = null;
    }

    private bool TryTakeLocked(out ResultEntry entry)
    {
        if (!_ready.TryDequeue(out entry!))
        {
            return false;
        }

        _bytes -= entry.Size;
        return true;
    }

    /// <summary>Makes an entry ready whose turn it is, and all early ones whose turn it becomes by that.</summary>
    private void Release(ResultEntry entry)
    {
        _ready.Enqueue(entry);
        _nextIndex += entry.EndedCount;
        while (_early.TryGetValue(_nextIndex, out Queue<ResultEntry>? waiting))
        {
            ResultEntry next = waiting.Dequeue();
            if (waiting.Count == 0)
            {
                _early.Remove(_nextIndex);
            }

            _ready.Enqueue(next);
            _nextIndex += next.EndedCount;
        }
    }
}
