using System.Diagnostics;
using Loky.Diagnosis;

namespace Loky.Execution;

/// <content>What the pool tells those who watch it. Listeners are the user's code, so it is told without the lock.</content>
internal sealed partial class WorkerPool
{
    private static int s_pools;

    /// <summary>Gets the number of the pool in its process: 1, 2, 3, …</summary>
    public int Number { get; } = Interlocked.Increment(ref s_pools);

    /// <summary>Tells that a worker has a process.</summary>
    internal void OnWorkerStarted(Worker worker)
    {
        LokyMeter.WorkersStarted.Add(1);
        Tell(log => log.WorkerStarted(Number, worker.Number, worker.ProcessId));
    }

    /// <summary>Tells how a worker was started, once it is ready or will never be.</summary>
    private void TellStart(PoolEffects effects, Worker worker, string? errorType)
    {
        if (!LokyActivities.Source.HasListeners())
        {
            return;
        }

        DateTime ended = DateTime.UtcNow;
        DateTime started = ended - Stopwatch.GetElapsedTime(worker.StartedAt, Math.Max(worker.StartedAt, Now));
        int processId = worker.ProcessId;
        effects.Then(() => LokyActivities.Tell(
            LokyActivities.Source, "loky.worker.start", default, started, ended, errorType,
            [
                new("host.name", worker.HostName ?? Environment.MachineName),
                new("process.pid", processId),
                new("loky.pool.number", Number),
                new("loky.worker.number", worker.Number),
            ]));
    }

    private void TellEnd(Worker worker, WorkerExit exit)
    {
        if (worker.WasRetiring || worker.BreakReason is { IsEndOfPool: true })
        {
            return;
        }

        LokyMeter.WorkersDied.Add(1);
        Tell(log => log.WorkerLost(Number, worker.Number, exit.ProcessId, exit.Reason));
    }

    private void TellLoss(ItemRange items, WorkerExit exit, bool retried)
    {
        (retried ? LokyMeter.TasksRetried : LokyMeter.TasksLost).Add(items.Count);
        Tell(log =>
        {
            if (retried)
            {
                log.TaskRetried(Number, exit.ProcessId, items.FirstIndex, items.Count);
            }
            else
            {
                log.TaskLost(Number, exit.ProcessId, items.FirstIndex, items.Count);
            }
        });
    }

    private static void Tell(Action<LokyEventSource> what)
    {
        if (LokyEventSource.Log.IsEnabled())
        {
            Isolated.Call(what, LokyEventSource.Log);
        }
    }

    private static void Tell(PoolEffects effects, Action<LokyEventSource> what)
    {
        if (LokyEventSource.Log.IsEnabled())
        {
            effects.Then(() => what(LokyEventSource.Log));
        }
    }
}
