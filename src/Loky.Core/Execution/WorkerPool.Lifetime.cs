using Loky.Connections;
using Loky.Remote;
using Loky.Scheduling;

namespace Loky.Execution;

/// <content>Size, hosts, shutdown, and what can be seen from outside.</content>
internal sealed partial class WorkerPool : ILauncherOwner
{
    public PoolState State
    {
        get
        {
            lock (_gate)
            {
                return _scheduler.State;
            }
        }
    }

    /// <summary>Gets or sets the largest number of workers; surplus ones finish what they have.</summary>
    public int MaxWorkers
    {
        get
        {
            lock (_gate)
            {
                return _scheduler.Limit;
            }
        }

        set => Run(static (scheduler, size, turn) => scheduler.Resize(size.value, size.cap, turn), (value, cap: CapOf(value)));
    }

    public TimeSpan IdleTimeout
    {
        get
        {
            lock (_gate)
            {
                return _scheduler.IdleTimeout;
            }
        }
    }

    public TimeSpan InitializerTimeout
    {
        get
        {
            lock (_gate)
            {
                return _scheduler.InitializerTimeout;
            }
        }
    }

    /// <summary>Takes over what options say; <paramref name="atLeast"/> grows the pool and never shrinks it.</summary>
    public void Adapt(ExecutorOptions options, int atLeast)
    {
        int current = _scheduler.MaxWorkers;
        int wanted = Math.Max(options.MaxWorkers ?? current, atLeast);
        Run(
            static (scheduler, wanted, turn) => scheduler.Adapt(wanted.options, wanted.atLeast, wanted.cap, turn),
            (options, atLeast, cap: wanted == current ? int.MaxValue : CapOf(wanted)));
    }

    /// <summary>Takes no new groups, and ends when what it has is done; a successor takes what callers still give.</summary>
    public void Shutdown(bool kill, WorkerPool? successor = null, Func<WorkerPool?>? findSuccessor = null)
    {
        lock (_gate)
        {
            (_successor, _findSuccessor) = (_successor ?? successor, _findSuccessor ?? findSuccessor);
        }

        Run(static (scheduler, kill, turn) => scheduler.Shutdown(kill, turn), kill);
    }

    /// <summary>Kills all workers, from a process that is about to end; calls nobody back.</summary>
    public void KillNow()
    {
        WorkerLink[] links;
        lock (_gate)
        {
            _scheduler.KillNow();
            links = [.. Workers.Select(LinkOf)];
        }

        foreach (WorkerLink link in links)
        {
            link.KillNow();
        }

        _launcher.KillNow();
    }

    public PoolStatus GetStatus()
    {
        IReadOnlyList<HostStatus> hosts = _launcher.Hosts;
        lock (_gate)
        {
            long now = Now;
            return new PoolStatus
            {
                Hosts = hosts,
                State = _scheduler.State,
                MaxWorkers = _scheduler.Limit,
                IdleTimeout = _scheduler.IdleTimeout,
                TasksPending = _scheduler.PendingCount,
                TasksDone = _scheduler.TasksDone,
                Restarts = _scheduler.Restarts,
                Workers = [.. Workers.Select(worker => StatusOf(worker, now))],
            };
        }
    }

    void ILauncherOwner.OnRoomChanged() => Run(static (scheduler, room, turn) => scheduler.OnRoomChanged(room, turn), _launcher.Room);

    void ILauncherOwner.OnWarning(string warning) => Run(static (scheduler, warning, turn) => scheduler.OnHostWarning(warning, turn), warning);

    void ILauncherOwner.OnDraining(IReadOnlyCollection<IConnectionOwner> workers) => Run(
        static (scheduler, draining, turn) => scheduler.OnDraining(draining.workers, draining.Room, turn),
        (workers: workers.OfType<WorkerLink>().Select(static link => link.Worker), _launcher.Room));

    void ILauncherOwner.OnHopeless(Exception reason) => Run(static (scheduler, reason, turn) => scheduler.OnHopeless(reason, turn), reason);
}
