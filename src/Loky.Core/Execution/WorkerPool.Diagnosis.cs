using System.Diagnostics;
using Loky.Connections;
using Loky.Diagnosis;
using Loky.Scheduling;

namespace Loky.Execution;

/// <content>What the pool tells those who watch it. Listeners are the user's code, so it is told without the lock.</content>
internal sealed partial class WorkerPool
{
    private static int s_pools;

    public int Number { get; } = Interlocked.Increment(ref s_pools);

    private void Tell(Command command)
    {
        Worker worker = command.Worker!;
        switch (command.Kind)
        {
            case CommandKind.TellReady:
                TellStart(worker, errorType: null);
                Tell(log => log.WorkerReady(Number, worker.Number, worker.ProcessId));
                break;
            case CommandKind.TellStartFailed:
                var end = (ConnectionEnd)command.Argument!;
                TellStart(worker, end.Failure?.GetType().FullName ?? end.Exit.Reason);
                break;
            case CommandKind.TellRetired:
                Tell(log => log.WorkerRetired(Number, worker.Number, worker.ProcessId));
                break;
            case CommandKind.TellResized:
                Tell(log => log.PoolResized(Number, (int)command.Argument!));
                break;
            case CommandKind.TellBroken:
                Tell(log => log.PoolBroken(Number, (string)command.Argument!));
                break;
        }
    }

    /// <summary>Tells how a worker was started, once it is ready or will never be.</summary>
    private void TellStart(Worker worker, string? errorType)
    {
        if (!LokyActivities.Source.HasListeners())
        {
            return;
        }

        DateTime ended = DateTime.UtcNow;
        DateTime started = ended - Stopwatch.GetElapsedTime(worker.StartedAt, Math.Max(worker.StartedAt, Now));
        LokyActivities.Tell(
            LokyActivities.Source, "loky.worker.start", default, started, ended, errorType,
            [
                new("host.name", worker.HostName ?? Environment.MachineName),
                new("process.pid", worker.ProcessId),
                new("loky.pool.number", Number),
                new("loky.worker.number", worker.Number),
            ]);
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

    private void TellLoss(Worker worker, Victims lost, ConnectionEnd end)
    {
        (ItemRange items, int processId, bool retried) = (lost.Items, end.Exit.ProcessId, lost.IsRetried);
        (retried ? LokyMeter.TasksRetried : LokyMeter.TasksLost).Add(items.Count);
        Tell(log =>
        {
            if (retried)
            {
                log.TaskRetried(Number, processId, items.FirstIndex, items.Count);
            }
            else
            {
                log.TaskLost(Number, processId, items.FirstIndex, items.Count);
            }
        });
        TellLostAttempts(worker, lost, end);
    }

    private static void Tell(Action<LokyEventSource> what)
    {
        if (LokyEventSource.Log.IsEnabled())
        {
            Isolated.Call(what, LokyEventSource.Log);
        }
    }
}
