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
        LokyEventSource.Log.WorkerStarted(Number, worker.Number, worker.ProcessId);
    }

    private void TellEnd(Worker worker, WorkerExit exit)
    {
        if (worker.WasRetiring || worker.BreakReason is { IsEndOfPool: true })
        {
            return;
        }

        LokyMeter.WorkersDied.Add(1);
        if (LokyEventSource.Log.IsEnabled())
        {
            LokyEventSource.Log.WorkerLost(Number, worker.Number, exit.ProcessId, exit.Reason);
        }
    }

    private void TellLoss(ItemRange items, WorkerExit exit, bool retried)
    {
        (retried ? LokyMeter.TasksRetried : LokyMeter.TasksLost).Add(items.Count);
        if (retried)
        {
            LokyEventSource.Log.TaskRetried(Number, exit.ProcessId, items.FirstIndex, items.Count);
        }
        else
        {
            LokyEventSource.Log.TaskLost(Number, exit.ProcessId, items.FirstIndex, items.Count);
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
