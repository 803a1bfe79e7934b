using System.Diagnostics;

namespace Loky.Execution;

/// <summary>
/// Hands results from background threads to one reader, as they come or in the order of the input; calls
/// <c>onRelieved</c> without a lock when the reader took enough for more to be made, or needs an earlier item.
/// </summary>
internal sealed class ResultQueue(bool ordered, Action onRelieved, long saturatedBytes = ResultQueue.SaturatedBytes)
{
    /// <summary>How many bytes may wait by default.</summary>
    public const long SaturatedBytes = 64L << 20;

    private readonly object _gate = new();
    private readonly Queue<ResultEntry> _ready = new();
    private readonly Dictionary<long, Queue<ResultEntry>> _early = [];
    private readonly Queue<string> _warnings = new();
    private readonly Queue<ReadOnlyMemory<byte>> _startRecords = new();
    private long _nextIndex;
    private long _bytes;
    private bool _completed;
    private bool _cancelled;
    private volatile bool _hasNews;
    private TaskCompletionSource? _awaited;

    /// <summary>Gets what ended the call ahead of its items, once it has.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Gets a value indicating whether so much waits to be written that no more should be made for now.</summary>
    public bool IsSaturated => Volatile.Read(ref _bytes) > saturatedBytes;

    /// <summary>Gets a value indicating whether entries, or the end, came since the reader found none; cheap to ask.</summary>
    public bool HasNews => _hasNews;

    /// <summary>Tells whether the reader can have nothing before it gets the results of one of some items.</summary>
    public bool Awaits(long first, int count)
    {
        lock (_gate)
        {
            return ordered && _ready.Count == 0 && _nextIndex >= first && _nextIndex < first + count;
        }
    }

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

    public void Warn(string warning)
    {
        lock (_gate)
        {
            _warnings.Enqueue(warning);
        }
    }

    public bool TryTakeWarning(out string warning)
    {
        lock (_gate)
        {
            return _warnings.TryDequeue(out warning!);
        }
    }

    /// <summary>Adds a record that belongs to no item: a worker wrote it before it was ready.</summary>
    public void AddStartRecord(ReadOnlyMemory<byte> record)
    {
        lock (_gate)
        {
            _startRecords.Enqueue(record);
        }
    }

    public bool TryTakeStartRecord(out ReadOnlyMemory<byte> record)
    {
        lock (_gate)
        {
            return _startRecords.TryDequeue(out record);
        }
    }

    /// <summary>Adds the news that items were handed to a worker, which keeps no order.</summary>
    public void Announce(ResultEntry entry)
    {
        lock (_gate)
        {
            if (!_cancelled)
            {
                _ready.Enqueue(entry);
                Wake();
            }
        }
    }

    public void Complete(Exception? error)
    {
        lock (_gate)
        {
            _completed = true;
            Error = error;

            // What the missing ones would have held up is all that is still to be had.
            foreach (ResultEntry entry in _early.OrderBy(static waiting => waiting.Key).SelectMany(static waiting => waiting.Value))
            {
                _ready.Enqueue(entry);
            }

            _early.Clear();
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
            Volatile.Write(ref _bytes, 0);
            Wake();
        }
    }

    public bool TryTake(out ResultEntry entry)
    {
        bool taken, relieved;
        lock (_gate)
        {
            taken = TryTakeLocked(out entry, out relieved);
        }

        if (relieved)
        {
            onRelieved();
        }

        return taken;
    }

    /// <summary>Waits for the next entry; null at the end, after <see cref="Cancel"/>, or when the limit has passed.</summary>
    public ResultEntry? Take(TimeSpan limit)
    {
        ResultEntry? entry;
        bool relieved;
        long begun = Stopwatch.GetTimestamp();
        TimeSpan left = limit;
        lock (_gate)
        {
            while (!TryTakeLocked(out entry, out relieved))
            {
                // What wakes it may be of no use to it yet, and must not give it its time anew.
                if (limit != Timeout.InfiniteTimeSpan)
                {
                    left = limit - Stopwatch.GetElapsedTime(begun);
                }

                if (_completed || _cancelled || (left <= TimeSpan.Zero && limit != Timeout.InfiniteTimeSpan) || !Monitor.Wait(_gate, left))
                {
                    entry = TryTakeLocked(out entry, out relieved) ? entry : null;
                    break;
                }
            }
        }

        if (relieved)
        {
            onRelieved();
        }

        return entry;
    }

    /// <summary>Waits for the next entry without holding a thread; null at the end, or after <see cref="Cancel"/>.</summary>
    public async ValueTask<ResultEntry?> TakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (TryTake(out ResultEntry entry))
            {
                return entry;
            }

            Task awaited;
            lock (_gate)
            {
                if (_ready.Count > 0)
                {
                    continue;
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

    /// <summary>Gets how many entries the reader can have now.</summary>
    public int ReadyCount
    {
        get
        {
            lock (_gate)
            {
                return _ready.Count;
            }
        }
    }

    /// <summary>Gets a value indicating whether no more entries will come.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_gate)
            {
                return _cancelled || _completed;
            }
        }
    }

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
        _hasNews = true;
        Monitor.PulseAll(_gate);
        _awaited?.SetResult();
        _awaited = null;
    }

    private bool TryTakeLocked(out ResultEntry entry, out bool relieved)
    {
        relieved = false;
        if (!_ready.TryDequeue(out entry!))
        {
            _hasNews = _completed || _cancelled;
            return false;
        }

        bool wasSaturated = IsSaturated;
        _bytes -= entry.Size;
        relieved = wasSaturated && (!IsSaturated || (ordered && _ready.Count == 0));
        return true;
    }

    /// <summary>Makes an entry ready whose turn it is, and all early ones whose turn it becomes by that.</summary>
    private void Release(ResultEntry entry)
    {
        _ready.Enqueue(entry);
        _nextIndex += entry.Count;
        while (_early.TryGetValue(_nextIndex, out Queue<ResultEntry>? waiting))
        {
            ResultEntry next = waiting.Dequeue();
            if (waiting.Count == 0)
            {
                _early.Remove(_nextIndex);
            }

            _ready.Enqueue(next);
            _nextIndex += next.Count;
        }
    }
}
