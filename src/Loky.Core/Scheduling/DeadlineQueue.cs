namespace Loky.Scheduling;

/// <summary>
/// When to look at which worker, the earliest first. A worker whose time has become longer is looked at too early, once,
/// which costs less than to move it each time. Guarded by the pool's lock.
/// </summary>
internal sealed class DeadlineQueue
{
    private readonly PriorityQueue<Worker, long> _queue = new();

    /// <summary>Gets when to look next, as a time stamp; <see cref="long.MaxValue"/> for never.</summary>
    public long Next
    {
        get
        {
            while (_queue.TryPeek(out Worker? worker, out long at))
            {
                if (worker.LookAt == at)
                {
                    return at;
                }

                // Replaced by an earlier one.
                _queue.Dequeue();
            }

            return long.MaxValue;
        }
    }

    /// <summary>Has a worker looked at no later than at a time.</summary>
    public void NoLater(Worker worker, long at)
    {
        if (at < worker.LookAt)
        {
            worker.LookAt = at;
            _queue.Enqueue(worker, at);
        }
    }

    /// <summary>Takes a worker whose time has come.</summary>
    public bool TryTake(long now, out Worker worker)
    {
        worker = null!;
        if (Next > now || !_queue.TryDequeue(out Worker? due, out _))
        {
            return false;
        }

        due.LookAt = long.MaxValue;
        worker = due;
        return true;
    }
}
