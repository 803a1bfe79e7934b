using Loky.Channel;
using Loky.Hosting;

namespace Loky.Execution;

/// <content>Holding back workers within their items, where nobody reads what they write. See docs/architecture.md.</content>
internal sealed partial class WorkerPool
{
    // Often enough that who is read never waits, seldom enough that nobody notices.
    private const long AcknowledgeFrom = OutputWindow.Size / 4;

    /// <summary>Lets a worker write on, or not, after records of it came.</summary>
    private void AcknowledgeOrHoldBack(Worker worker, PoolEffects effects)
    {
        if (worker.Unacknowledged < AcknowledgeFrom || worker.IsHeldBack)
        {
            return;
        }

        if (MustWait(worker))
        {
            // From here on a group that gets items has to make the pool look, for this worker may never end its batch.
            worker.IsHeldBack = true;
            Dispatch(effects);
        }
        else
        {
            Acknowledge(worker, effects);
        }
    }

    /// <summary>Lets the workers go on that no longer have to wait. Follows whatever can be the reason of that.</summary>
    private void ReleaseHeldBack(PoolEffects effects)
    {
        if (!Workers.AnyHeldBack)
        {
            return;
        }

        foreach (Worker worker in Workers.HeldBack)
        {
            if (!MustWait(worker))
            {
                Acknowledge(worker, effects);
            }
        }
    }

    private static void Acknowledge(Worker worker, PoolEffects effects)
    {
        worker.IsHeldBack = false;
        if (!worker.IsDying)
        {
            long bytes = worker.Unacknowledged;
            worker.Unacknowledged = 0;
            worker.EnqueueNumber(FrameType.Acknowledge, bytes);
            effects.Pump(worker);
        }
    }

    /// <summary>
    /// Tells whether a worker is to wait within its item: where too much of its group waits for the reader already, and
    /// nobody waits for the worker - neither the reader, who can have nothing before it gets results of an item there, nor
    /// another group, whose reader may be the very one that this group's reader waits for.
    /// </summary>
    private bool MustWait(Worker worker)
    {
        if (worker.IsDying || !worker.Batches.TryPeek(out Batch? running))
        {
            return false;
        }

        TaskGroup group = running.Group;
        return group.CancelledAt is null
            && !group.IsOver
            && group.IsSaturated
            && worker.Batches.All(batch => batch.Group == group && !group.Awaits(batch.Rest))
            && !AnotherWaitsForAWorker(group);
    }

    private bool AnotherWaitsForAWorker(TaskGroup group) =>
        Workers.StartingCount == 0
        && _groups.Exists(other => other != group
            && other.PendingCount > 0
            && !other.IsSaturated
            && (other.Options.MaxWorkers is not { } limit || other.WorkersServing < limit));
}
