namespace Loky.Scheduling;

/// <summary>When to look at which worker, the earliest first; guarded by the pool's lock.</summary>
/// <remarks>A worker whose time became longer is looked at too early, once: that costs less than to move it each time.</remarks>
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

    public void NoLater(Worker worker, long at)
    {
        if (at < worker.LookAt)
        {
            worker.LookAt = at;
            _queue.Enqueue(worker, at);
        }
    }

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
