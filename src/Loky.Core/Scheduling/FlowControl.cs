using Loky.Channel;
using Loky.Execution;
using Loky.Hosting;

namespace Loky.Scheduling;

/// <summary>Holds workers back within their items where nobody reads what they write; see docs/architecture.md.</summary>
internal sealed class FlowControl(List<TaskGroup> groups, WorkerSet workers)
{
    // Often enough that who is read never waits, seldom enough that nobody notices.
    private const long AcknowledgeFrom = OutputWindow.Size / 4;

    /// <summary>Lets a worker write on, or not, after records of it came; tells whether it is held back from here on.</summary>
    public bool HoldsBack(Worker worker, Turn turn)
    {
        if (worker.Unacknowledged < AcknowledgeFrom || worker.IsHeldBack)
        {
            return false;
        }

        if (MustWait(worker))
        {
            worker.HoldBack();
            return true;
        }

        Acknowledge(worker, turn);
        return false;
    }

    /// <summary>Lets the workers go on that no longer have to wait; follows whatever can be the reason of that.</summary>
    public void Release(Turn turn)
    {
        if (!workers.AnyHeldBack)
        {
            return;
        }

        foreach (Worker worker in workers.HeldBack)
        {
            if (!MustWait(worker))
            {
                Acknowledge(worker, turn);
            }
        }
    }

    private static void Acknowledge(Worker worker, Turn turn)
    {
        long bytes = worker.Acknowledge();
        if (!worker.IsDying)
        {
            turn.Send(worker, FrameType.Acknowledge, number: bytes);
        }
    }

    /// <summary>
    /// Tells whether a worker is to wait within its item: too much of its group waits for the reader, and neither that reader
    /// nor another group, whose reader this one's may wait for, waits for the worker.
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
        workers.StartingCount == 0
        && groups.Exists(other => other != group
            && other.Items.Count > 0
            && !other.IsSaturated
            && (other.Options.MaxWorkers is not { } limit || other.WorkersServing < limit));
}
