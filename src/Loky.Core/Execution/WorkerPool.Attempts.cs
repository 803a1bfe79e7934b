using System.Diagnostics;
using Loky.Connections;
using Loky.Diagnosis;
using Loky.Runs;
using Loky.Scheduling;

namespace Loky.Execution;

/// <content>What the pool tells those who observe how the items of a group are run. It is told without the lock.</content>
internal sealed partial class WorkerPool
{
    private static WorkerStatus StatusOf(Worker worker, long now)
    {
        var status = new WorkerStatus(
            worker.Number, worker.ProcessId, worker.State, worker.Batches.Sum(static batch => batch.Rest.Count), worker.TasksDone, worker.IsHeldBack) { HostName = worker.HostName };
        LedgerEntry entry = worker.Look();
        if (entry.StartedAt == 0 || entry.Started <= worker.EndedSequence)
        {
            return status;
        }

        foreach (Batch batch in worker.Batches)
        {
            long place = entry.Started - batch.FirstSequence;
            if (place >= 0 && place < batch.Items.Count)
            {
                long index = batch.Items.FirstIndex + place;
                return status with { RunningItem = batch.Group.Attempts?.NumberOf(index) ?? index + 1, RunningFor = Stopwatch.GetElapsedTime(entry.StartedAt, Math.Max(now, entry.StartedAt)) };
            }
        }

        return status;
    }

    private static void TellAttempts(Worker worker, Batch batch, RecordsFrame records)
    {
        if (batch.Group.Attempts is { } observer)
        {
            Isolated.Call(
                static told => told.observer.OnRecords(PlaceOf(told.worker, told.batch), told.batch.Group, told.records),
                (observer, worker, batch, records));
        }
    }

    private static void TellLostAttempts(Worker worker, Victims lost, ConnectionEnd end)
    {
        (ItemRange items, Batch batch) = lost;
        if (batch.Group.Attempts is { } observer)
        {
            DateTime? started = end.StartedAt > 0 ? DateTime.UtcNow - Stopwatch.GetElapsedTime(end.StartedAt) : null;
            Isolated.Call(() => observer.OnLost(
                PlaceOf(worker, batch) with { ProcessId = end.Exit.ProcessId, Attempt = items.Attempt }, items, started, end.Exit, LossOf(worker, end.Exit, end.Failure), lost.IsRetried));
        }
    }

    private static AttemptPlace PlaceOf(Worker worker, Batch batch) =>
        new(worker.HostName, worker.ProcessId, worker.Number, batch.Items.Attempt, batch.SentAt);
}
