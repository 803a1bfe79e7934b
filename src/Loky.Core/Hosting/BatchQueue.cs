using System.Diagnostics;
using Loky.Channel;

namespace Loky.Hosting;

/// <summary>Hands batches from the channel's thread to the one that runs items, which calls <c>onIdle</c> once if idle.</summary>
internal sealed class BatchQueue(Action? onIdle = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly Queue<WorkerBatch> _batches = new();
    private readonly List<WorkerGroup> _endedGroups = [];
    private readonly ShortWait _wait = new();
    private bool _completed;
    private bool _refuses;
    private bool _hasNews;

    /// <summary>Adds a batch; returns false where none is taken any more.</summary>
    public bool Add(WorkerBatch batch)
    {
        lock (_gate)
        {
            if (_refuses)
            {
                return false;
            }

            _batches.Enqueue(batch);
            Volatile.Write(ref _hasNews, true);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Hands out all batches that wait, and takes none from here on.</summary>
    public WorkerBatch[] Refuse()
    {
        lock (_gate)
        {
            _refuses = true;
            WorkerBatch[] waiting = [.. _batches];
            _batches.Clear();
            NoteTaken();
            return waiting;
        }
    }

    public void AddEnd(WorkerGroup group)
    {
        lock (_gate)
        {
            _endedGroups.Add(group);
            Volatile.Write(ref _hasNews, true);
            Monitor.Pulse(_gate);
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            Volatile.Write(ref _hasNews, true);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits for the next batch; null at the end, or where what is next is not of the group that is given.</summary>
    public WorkerBatch? Take(WorkerGroup? group)
    {
        if (!TryTake(group, onIdle is null ? Timeout.InfiniteTimeSpan : Patience, out WorkerBatch? batch))
        {
            onIdle!();
            _ = TryTake(group, Timeout.InfiniteTimeSpan, out batch);
        }

        return batch;
    }

    /// <summary>Does as <see cref="Take"/>; returns false when it would have had to wait longer.</summary>
    private bool TryTake(WorkerGroup? group, TimeSpan limit, out WorkerBatch? batch)
    {
        batch = null;
        long begun = Stopwatch.GetTimestamp();
        _wait.LookOut(this, static queue => Volatile.Read(ref queue._hasNews));
        lock (_gate)
        {
            while (true)
            {
                if (_batches.TryPeek(out WorkerBatch? next))
                {
                    batch = group is null || next.Group == group ? _batches.Dequeue() : null;
                    NoteTaken();
                    return true;
                }

                if (_completed || (group is null ? _endedGroups.Count > 0 : _endedGroups.Contains(group)))
                {
                    return true;
                }

                if (!Monitor.Wait(_gate, limit))
                {
                    return false;
                }

                _wait.NoteSleep(begun);
            }
        }
    }

    /// <summary>Takes the groups whose end came since the last call, and tells whether everything has ended.</summary>
    public WorkerGroup[] TakeEnded(out bool completed)
    {
        lock (_gate)
        {
            WorkerGroup[] ended = [.. _endedGroups];
            _endedGroups.Clear();
            NoteTaken();
            completed = _completed && _batches.Count == 0;
            return ended;
        }
    }

    private void NoteTaken() => Volatile.Write(ref _hasNews, _batches.Count > 0 || _endedGroups.Count > 0 || _completed);
}
