using System.Diagnostics;
using Loky.Channel;
using Loky.Execution;

namespace Loky.Scheduling;

/// <summary>Takes back items that wait in a worker behind a slow one, while another worker has nothing to do.</summary>
/// <remarks>Only the worker knows what it has started, so it is asked, and says how many items it has given back.</remarks>
internal sealed class Recall(List<TaskGroup> groups, WorkerSet workers)
{
    // Below these, what is waited for is over before it could be had elsewhere.
    private static readonly TimeSpan SlowItem = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan SlowBatch = TimeSpan.FromMilliseconds(20);

    // All workers that have items are looked at, which is not to be done for each event.
    private static readonly long LookTicks = Stopwatch.Frequency / 1000;

    private long _askedAt;

    /// <summary>Asks workers for what waits; returns when to ask again, a time stamp, or <see cref="long.MaxValue"/>.</summary>
    public long Ask(Turn turn)
    {
        long now = turn.Now;
        if (now < _askedAt + LookTicks)
        {
            return _askedAt + LookTicks;
        }

        _askedAt = now;
        if (!groups.Exists(IsWaiting))
        {
            return long.MaxValue;
        }

        long again = long.MaxValue;
        foreach (Worker worker in workers.Busy)
        {
            if (worker.IsDying || !worker.Can(Capabilities.Recall))
            {
                continue;
            }

            foreach (Batch batch in worker.Batches)
            {
                if (!IsWaiting(worker, batch) || batch.Group.Options.MaxWorkers <= batch.Group.WorkersServing)
                {
                    continue;
                }

                TimeSpan early = UntilSlow(worker, now);
                if (early > TimeSpan.Zero)
                {
                    again = Math.Min(again, Deadlines.After(now, early));
                    continue;
                }

                batch.IsRecalled = true;
                if (batch == worker.Batches.Peek())
                {
                    batch.Group.Sizer.Doubt(worker.RunningFor(now, out _).TotalMicroseconds);
                }

                turn.Send(worker, FrameType.Recall, number: batch.FirstSequence);
            }
        }

        return again;
    }

    private static bool IsWaiting(Worker worker, Batch batch)
    {
        return !batch.IsRecalled
            && batch.RestCount > (worker.Batches.Peek() == batch ? 1 : 0)
            && IsWaiting(batch.Group);
    }

    /// <summary>Tells whether items of a group may be taken back at all.</summary>
    private static bool IsWaiting(TaskGroup group) => group.Sizer.IsAutomatic && !group.IsOver && group.CancelledAt is null && !group.IsSaturated;

    /// <summary>Tells when an item or batch counts as slow; before its first item, others would have the same to do.</summary>
    private static TimeSpan UntilSlow(Worker worker, long now)
    {
        if (worker.Look().Started < worker.Batches.Peek().FirstSequence)
        {
            return SlowItem;
        }

        TimeSpan item = SlowItem - worker.RunningFor(now, out _);
        TimeSpan batch = SlowBatch - Stopwatch.GetElapsedTime(worker.FrontSince, now);
        return item < batch ? item : batch;
    }
}
