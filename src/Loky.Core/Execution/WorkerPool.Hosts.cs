using Loky.Connections;

namespace Loky.Execution;

/// <content>What the pool hears of the hosts of its workers, where it has others than this machine.</content>
internal sealed partial class WorkerPool : ILauncherOwner
{
    private const string ThisMachine = ":";

    private readonly Queue<string> _hostWarnings = new();

    /// <summary>Gets how many workers there may be now: as many as were asked for, and there is room for. Guarded by the lock.</summary>
    private int Limit => Math.Min(_maxWorkers, _launcher.Room);

    /// <inheritdoc/>
    void ILauncherOwner.OnRoomChanged() => Run(
        static (pool, effects, _) =>
        {
            pool.RetireSurplus(effects);
            pool.Dispatch(effects);
        },
        0);

    /// <inheritdoc/>
    void ILauncherOwner.OnWarning(string warning) => Run(
        static (pool, effects, warning) =>
        {
            pool._hostWarnings.Enqueue(warning);
            pool.TellOfHosts(effects);
        },
        warning);

    /// <inheritdoc/>
    void ILauncherOwner.OnDraining(IReadOnlyCollection<IConnectionOwner> workers) => Run(
        static (pool, effects, workers) =>
        {
            foreach (Worker worker in workers.OfType<Worker>())
            {
                if (worker.State == WorkerState.Ready)
                {
                    pool.Retire(worker, effects);
                }
                else if (worker.State == WorkerState.Starting)
                {
                    worker.Note(WorkerEvent.ToldToEnd);
                    effects.Then(() => worker.Break(new BreakReason(Messages.WorkerKilledByDrain)));
                }
            }

            pool.Dispatch(effects);
            pool.ScheduleTimer();
        },
        workers);

    /// <inheritdoc/>
    void ILauncherOwner.OnHopeless(Exception reason) => Run(
        static (pool, effects, reason) =>
        {
            if (pool._state is PoolState.Running or PoolState.Draining)
            {
                pool.BreakPool(new BrokenExecutorException(MessageText.Format(Messages.ExecutorWithoutHosts, reason.Message), reason), reason.Message, effects);
                pool.StopIfDone(effects);
            }
        },
        reason);

    /// <summary>What killed a worker of one host may not be on another: items that are tried again go there, if one is free.</summary>
    private Worker ElsewhereIfLost(Worker worker)
    {
        string host = worker.HostName ?? ThisMachine;
        return _groups.Exists(group => group.FirstPendingLostOn == host)
            ? Workers.Idle.LastOrDefault(other => (other.HostName ?? ThisMachine) != host) ?? worker
            : worker;
    }

    private void TellOfHosts(PoolEffects effects)
    {
        while (_groups is [TaskGroup group, ..] && _hostWarnings.TryDequeue(out string? warning))
        {
            effects.Then(() => group.OnWarning(warning));
        }
    }
}
