using System.Diagnostics;
using Loky.Channel;

namespace Loky.Execution;

/// <content>Taking back items that wait in a worker behind a slow one, while another worker has nothing to do.</content>
/// <remarks>
/// How long items take is guessed from those before them, so that a batch can turn out far too long. Only the worker knows
/// what it has started: it is asked, and says how many it has given back. One that dies meanwhile is accounted for as ever.
/// </remarks>
internal sealed partial class WorkerPool
{
    // Below these, what is waited for is over before it could be had elsewhere.
    private static readonly TimeSpan SlowItem = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan SlowBatch = TimeSpan.FromMilliseconds(20);

    // All workers that have items are looked at, which is not to be done for each event.
    private static readonly long LookTicks = Stopwatch.Frequency / 1000;

    /// <summary>Asks workers to give back what waits behind a slow item, as far as there are others to run it.</summary>
    private void RecallWaiting(PoolEffects effects)
    {
        if (!Workers.AnyBusy || !AnyRoom)
        {
            return;
        }

        long now = Now;
        long again = _recalledAt + LookTicks;
        if (now < again)
        {
            _lookAgainAt = Math.Min(_lookAgainAt, again);
            return;
        }

        _recalledAt = now;
        foreach (Worker worker in Workers.Busy)
        {
            if (worker.IsDying)
            {
                continue;
            }

            foreach (Batch batch in worker.Batches)
            {
                if (!IsWaiting(worker, batch) || !HasRoomFor(batch.Group))
                {
                    continue;
                }

                TimeSpan early = UntilSlow(worker, now);
                if (early > TimeSpan.Zero)
                {
                    _lookAgainAt = Math.Min(_lookAgainAt, After(now, early));
                    continue;
                }

                batch.IsRecalled = true;
                if (batch == worker.Batches.Peek())
                {
                    batch.Group.Sizer.Doubt(worker.RunningFor(now, out _).TotalMicroseconds);
                }

                worker.EnqueueNumber(FrameType.Recall, batch.FirstSequence);
                effects.Pump(worker);
            }
        }
    }

    /// <summary>Takes items back that a worker has not started.</summary>
    /// <exception cref="ProtocolException">They are not its own.</exception>
    private void OnReturned(Worker worker, long firstSequence, int count, PoolEffects effects)
    {
        Batch? batch = worker.Batches.FirstOrDefault(batch => batch.FirstSequence == firstSequence);
        if (count < 0 || count > (batch?.Rest.Count ?? 0))
        {
            throw new ProtocolException(MessageText.Format(Messages.ReturnedOutOfPlace, count, firstSequence, worker.ProcessId));
        }

        if (batch is null || count == 0)
        {
            // It had started everything by then.
            return;
        }

        ItemRange sent = batch.Items;
        batch.Items = sent.Take(sent.Count - count);
        batch.Group.PutBack(sent.Skip(sent.Count - count));
        worker.ReturnedItems += count;
        if (batch.Rest.Count == 0)
        {
            worker.Remove(batch, Now);
            Watch(worker);
            CompleteIfDone(batch.Group, effects);
        }

        Dispatch(effects);
    }

    /// <summary>Tells whether items of a batch wait in a worker that others might run.</summary>
    private static bool IsWaiting(Worker worker, Batch batch)
    {
        TaskGroup group = batch.Group;
        return !batch.IsRecalled
            && batch.Rest.Count > (worker.Batches.Peek() == batch ? 1 : 0)
            && group.Sizer.IsAutomatic
            && !group.IsOver
            && group.CancelledAt is null
            && !group.IsSaturated;
    }

    /// <summary>Tells whether there is a worker without work, or might be one, for items of a group.</summary>
    private bool HasRoomFor(TaskGroup group) => AnyRoom && (group.Options.MaxWorkers is not { } limit || group.WorkersServing < limit);

    private bool AnyRoom => Workers.IdleCount > 0 || (Workers.LiveCount < Limit && _starts.Failures == 0 && Workers.StartingCount == 0);

    /// <summary>
    /// Tells how long it is until a worker's item, or batch, counts as slow; or until to look again, where it has not come
    /// to an item yet: what it still does for the call, another would have to do too.
    /// </summary>
    private static TimeSpan UntilSlow(Worker worker, long now)
    {
        if (worker.StartedSequence < worker.Batches.Peek().FirstSequence)
        {
            return SlowItem;
        }

        TimeSpan item = SlowItem - worker.RunningFor(now, out _);
        TimeSpan batch = SlowBatch - Stopwatch.GetElapsedTime(worker.FrontSince, now);
        return item < batch ? item : batch;
    }
}
