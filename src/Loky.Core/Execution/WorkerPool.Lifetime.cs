using Loky.Connections;
using Loky.Remote;
using Loky.Scheduling;

namespace Loky.Execution;

/// <content>Size, hosts, shutdown, and what can be seen from outside.</content>
internal sealed partial class WorkerPool : ILauncherOwner
{
    /// <summary>Gets the state.</summary>
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

    /// <summary>Gets or sets the largest number of workers. Surplus workers finish what they have; the others stay.</summary>
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

    /// <summary>Gets how long a worker may have nothing to do before it is ended.</summary>
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

    /// <summary>Gets how long a worker may prepare itself.</summary>
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

    /// <summary>Takes over the size and the times of <paramref name="options"/>, as far as they say.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="atLeast">The least size, which grows the pool and never shrinks it.</param>
    public void Adapt(ExecutorOptions options, int atLeast)
    {
        int current = _scheduler.MaxWorkers;
        int wanted = Math.Max(options.MaxWorkers ?? current, atLeast);
        Run(
            static (scheduler, wanted, turn) => scheduler.Adapt(wanted.options, wanted.atLeast, wanted.cap, turn),
            (options, atLeast, cap: wanted == current ? int.MaxValue : CapOf(wanted)));
    }

    /// <summary>Takes no new groups from here on, and ends when what it has is done.</summary>
    /// <param name="kill">Whether to end waiting items with an error and kill the workers instead.</param>
    /// <param name="successor">The pool that takes over what callers still try to give to this one.</param>
    /// <param name="findSuccessor">Finds one at the moment that it is needed, or null where there is none to be.</param>
    public void Shutdown(bool kill, WorkerPool? successor = null, Func<WorkerPool?>? findSuccessor = null)
    {
        lock (_gate)
        {
            (_successor, _findSuccessor) = (_successor ?? successor, _findSuccessor ?? findSuccessor);
        }

        Run(static (scheduler, kill, turn) => scheduler.Shutdown(kill, turn), kill);
    }

    /// <summary>Kills all workers, from a process that is about to end. Calls nobody back.</summary>
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

    /// <summary>Gets what the pool is doing.</summary>
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

    /// <inheritdoc/>
    void ILauncherOwner.OnRoomChanged() => Run(static (scheduler, room, turn) => scheduler.OnRoomChanged(room, turn), _launcher.Room);

    /// <inheritdoc/>
    void ILauncherOwner.OnWarning(string warning) => Run(static (scheduler, warning, turn) => scheduler.OnHostWarning(warning, turn), warning);

    /// <inheritdoc/>
    void ILauncherOwner.OnDraining(IReadOnlyCollection<IConnectionOwner> workers) => Run(
        static (scheduler, draining, turn) => scheduler.OnDraining(draining.workers, draining.Room, turn),
        (workers: workers.OfType<WorkerLink>().Select(static link => link.Worker), _launcher.Room));

    /// <inheritdoc/>
    void ILauncherOwner.OnHopeless(Exception reason) => Run(static (scheduler, reason, turn) => scheduler.OnHopeless(reason, turn), reason);
}
