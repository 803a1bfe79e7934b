using System.Diagnostics;
using Loky.Channel;
using Loky.Remote;

namespace Loky.Execution;

/// <content>Size, idle retirement, shutdown, and what can be seen from outside.</content>
internal sealed partial class WorkerPool
{
    /// <summary>Gets the state.</summary>
    public PoolState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
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
                return Limit;
            }
        }

        set => Run(static (pool, effects, value) => pool.Resize(value, effects), value);
    }

    /// <summary>Gets how long a worker may have nothing to do before it is ended.</summary>
    public TimeSpan IdleTimeout
    {
        get
        {
            lock (_gate)
            {
                return _idleTimeout;
            }
        }
    }

    /// <summary>Takes over the size and the idle timeout of <paramref name="options"/>, as far as they say.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="atLeast">The least size, which grows the pool and never shrinks it.</param>
    public void Adapt(ExecutorOptions options, int atLeast) => Run(
        static (pool, effects, wanted) =>
        {
            pool._idleTimeout = wanted.options.IdleTimeout ?? pool._idleTimeout;
            pool._initializerTimeout = wanted.options.InitializerTimeout ?? pool._initializerTimeout;

            // Who names a number of workers means all of them, from the first task on. By default there are only as
            // many as there is work for.
            pool._startAll |= wanted.options.MaxWorkers is not null;
            if (wanted.options.IdleTimeout is not null || wanted.options.InitializerTimeout is not null)
            {
                foreach (Worker worker in pool.Workers)
                {
                    pool.Watch(worker);
                }
            }

            pool.Resize(Math.Max(wanted.options.MaxWorkers ?? pool._maxWorkers, wanted.atLeast), effects);
        },
        (options, atLeast));

    private const int SizeNeverCapped = 2;

    /// <summary>Gets how many items have ended since the pool was made. Guarded by the lock.</summary>
    private long TasksDone { get; set; }

    /// <summary>Gets how many workers died that had been ready. Guarded by the lock.</summary>
    private int Restarts { get; set; }

    /// <summary>Takes no new groups from here on, and ends when what it has is done.</summary>
    /// <param name="kill">Whether to end waiting items with an error and kill the workers instead.</param>
    /// <param name="successor">The pool that takes over what callers still try to give to this one.</param>
    /// <param name="findSuccessor">Finds one at the moment that it is needed, or null where there is none to be.</param>
    public void Shutdown(bool kill, WorkerPool? successor = null, Func<WorkerPool?>? findSuccessor = null) => Run(static (pool, effects, how) =>
    {
        pool._successor ??= how.successor;
        pool._findSuccessor ??= how.findSuccessor;
        pool.Note(PoolEvent.ShutDown);
        if (how.kill && pool._state != PoolState.Stopped)
        {
            pool.EndAllGroups(new ShutdownExecutorException(Messages.TaskEndedByShutdown), effects);
            pool.BreakWorkers(Messages.WorkerKilledByShutdown, effects);
        }

        pool.StopIfDone(effects);
    }, (kill, successor, findSuccessor));

    /// <summary>Kills all workers, from a process that is about to end. Calls nobody back.</summary>
    public void KillNow()
    {
        Worker[] workers;
        lock (_gate)
        {
            Note(PoolEvent.ShutDown);
            workers = [.. Workers];
        }

        foreach (Worker worker in workers)
        {
            worker.BreakNow(new BreakReason(Messages.WorkerKilledByShutdown) { IsEndOfPool = true });
        }

        _launcher.KillNow();
    }

    /// <summary>Gets what the pool is doing.</summary>
    public PoolStatus GetStatus()
    {
        IReadOnlyList<HostStatus> hosts = _launcher.Hosts;
        lock (_gate)
        {
            return new PoolStatus
            {
                Hosts = hosts,
                State = _state,
                MaxWorkers = Limit,
                IdleTimeout = _idleTimeout,
                TasksPending = _groups.Sum(static group => group.PendingCount),
                TasksDone = TasksDone,
                Restarts = Restarts,
                Workers = [.. Workers.Select(worker => StatusOf(worker, Now))],
            };
        }
    }

    /// <summary>Lowers a size to what the system allows; the first call that runs is told so, once for the pool.</summary>
    private int Cap(int maxWorkers)
    {
        // A few are always possible, and to ask costs more than a call on a warm pool.
        if (maxWorkers <= SizeNeverCapped || _options.WorkerCap(Workers.Count) is var cap && maxWorkers <= cap)
        {
            return maxWorkers;
        }

        if (!_toldOfCap)
        {
            _toldOfCap = true;
            _capWarning = MessageText.Format(Messages.TooManyWorkers, maxWorkers, cap);
        }

        return cap;
    }

    private void TellOfCap(PoolEffects effects)
    {
        if (_capWarning is { } warning && _groups is [TaskGroup group, ..])
        {
            _capWarning = null;
            effects.Then(() => group.OnWarning(warning));
        }
    }

    private void Resize(int maxWorkers, PoolEffects effects)
    {
        maxWorkers = maxWorkers == _maxWorkers ? maxWorkers : Cap(maxWorkers);
        if (_maxWorkers != maxWorkers)
        {
            _maxWorkers = maxWorkers;
            Tell(effects, log => log.PoolResized(Number, maxWorkers));
        }

        RetireSurplus(effects);
        Dispatch(effects);
    }

    private void RetireSurplus(PoolEffects effects)
    {
        // Only those that are ready count: one that is still starting is retired when it is ready, so that a warm worker
        // never goes in its stead.
        int surplus = Workers.ReadyCount - Limit;
        if (surplus <= 0)
        {
            return;
        }

        // Those with nothing to do first, then the youngest: the longest warm ones survive.
        Worker[] chosen = [.. Workers
            .Where(static worker => worker.CanTake)
            .OrderBy(static worker => worker.Batches.Count)
            .ThenByDescending(static worker => worker.Number)
            .Take(surplus)];
        foreach (Worker worker in chosen)
        {
            Retire(worker, effects);
        }
    }

    private void Retire(Worker worker, PoolEffects effects)
    {
        worker.Note(WorkerEvent.ToldToEnd);
        worker.WasRetiring = true;
        worker.IdleSince = Now;
        Watch(worker);
        worker.Enqueue(FrameType.Shutdown);
        effects.Pump(worker);
        Tell(effects, log => log.WorkerRetired(Number, worker.Number, worker.ProcessId));
    }

    /// <summary>Replaces a worker that leaks, and says so once for the executor.</summary>
    private void OnGrown(Worker worker, int megabytes, PoolEffects effects)
    {
        if (!worker.CanTake)
        {
            return;
        }

        if (!_toldOfGrowth && worker.Batches.TryPeek(out Batch? running))
        {
            _toldOfGrowth = true;
            TaskGroup group = running.Group;
            string warning = MessageText.Format(Messages.WorkerGrown, worker.ProcessId, megabytes);
            effects.Then(() => group.OnWarning(warning));
        }

        Replace(worker, effects);
    }

    /// <summary>Lets a worker end with what it has, and starts another in its place.</summary>
    private void Replace(Worker worker, PoolEffects effects)
    {
        Retire(worker, effects);
        if (_state == PoolState.Running)
        {
            StartInPlace(effects);
        }
    }

    private void EndAllGroups(Exception error, PoolEffects effects)
    {
        foreach (TaskGroup group in _groups)
        {
            group.IsOver = true;
            group.Drop();
            effects.Then(() => group.OnCompleted(error));
        }

        _groups.Clear();
    }

    private void BreakWorkers(string reason, PoolEffects effects)
    {
        foreach (Worker worker in Workers)
        {
            worker.Note(WorkerEvent.BrokenOff);
            effects.Then(() => worker.Break(new BreakReason(reason) { IsEndOfPool = true }));
        }
    }

    private void StopIfDone(PoolEffects effects)
    {
        if (_state == PoolState.Running || _groups.Count > 0)
        {
            return;
        }

        foreach (Worker worker in Workers)
        {
            if (worker.State == WorkerState.Ready)
            {
                Retire(worker, effects);
            }
            else if (worker.State == WorkerState.Starting)
            {
                worker.Note(WorkerEvent.ToldToEnd);
                effects.Then(() => worker.Break(new BreakReason(Messages.WorkerKilledByShutdown) { IsEndOfPool = true }));
            }
        }

        ScheduleTimer();
        if (Workers.Count == 0 && !_timerDisposed)
        {
            Note(PoolEvent.NothingLeft);
            _timerDisposed = true;
            _timer.Dispose();
            LivePools.Remove(this);
            Tell(effects, log => log.PoolStopped(Number));
            effects.Then(Stop);
        }
    }

    /// <summary>Ends what the workers ran on, and then says that all is over.</summary>
    private void Stop()
    {
        Task closed = _launcher.CloseAsync();
        if (closed.IsCompleted)
        {
            _stopped.TrySetResult();
        }
        else
        {
            _ = closed.ContinueWith((_, stopped) => ((TaskCompletionSource)stopped!).TrySetResult(), _stopped, TaskScheduler.Default);
        }
    }
}
