using Loky.Channel;
using Loky.Execution;

namespace Loky.Scheduling;

/// <content>How many workers there are, how long they live, and the end of the pool.</content>
internal sealed partial class Scheduler
{
    private volatile int _maxWorkers;
    private int _room;
    private bool _toldOfCap;
    private bool _stopped;

    /// <summary>Gets the largest number of workers that was asked for; can be read at any time.</summary>
    public int MaxWorkers => _maxWorkers;

    public int Limit => Math.Min(_maxWorkers, _room);

    public TimeSpan IdleTimeout => _deadlines.IdleTimeout;

    public TimeSpan InitializerTimeout => _deadlines.InitializerTimeout;

    /// <summary>Takes over what options say; <paramref name="atLeast"/> only grows the pool, up to the system's cap.</summary>
    public void Adapt(ExecutorOptions options, int atLeast, int cap, Turn turn)
    {
        _deadlines.IdleTimeout = options.IdleTimeout ?? _deadlines.IdleTimeout;
        _deadlines.InitializerTimeout = options.InitializerTimeout ?? _deadlines.InitializerTimeout;

        // Who names a number of workers means all of them, from the first task on; else there are as many as have work.
        _startAll |= options.MaxWorkers is not null;
        if (options.IdleTimeout is not null || options.InitializerTimeout is not null)
        {
            foreach (Worker worker in Workers)
            {
                _deadlines.Watch(worker, turn.Now);
            }
        }

        Resize(Math.Max(options.MaxWorkers ?? _maxWorkers, atLeast), cap, turn);
    }

    /// <summary>Changes the number of workers; surplus ones finish what they have.</summary>
    public void Resize(int maxWorkers, int cap, Turn turn)
    {
        if (maxWorkers > cap && maxWorkers != _maxWorkers)
        {
            WarnOfCap(maxWorkers, cap);
            maxWorkers = cap;
        }

        if (_maxWorkers != maxWorkers)
        {
            _maxWorkers = maxWorkers;
            turn.Do(CommandKind.TellResized, maxWorkers);
        }

        RetireSurplus(turn);
        Dispatch(turn);
    }

    /// <summary>Warns, once for the pool, that the system allows fewer workers than were asked for.</summary>
    public void WarnOfCap(int maxWorkers, int cap)
    {
        if (!_toldOfCap)
        {
            _toldOfCap = true;
            _notices.Warn(MessageText.Format(Messages.TooManyWorkers, maxWorkers, cap));
        }
    }

    public void OnRoomChanged(int room, Turn turn)
    {
        _room = room;
        RetireSurplus(turn);
        Dispatch(turn);
    }

    public void OnHostWarning(string warning, Turn turn)
    {
        _notices.Warn(warning);
        _notices.Tell(_groups, turn);
    }

    /// <summary>Some workers are to take no new items; from now on there is room for <paramref name="room"/>.</summary>
    public void OnDraining(IEnumerable<Worker> workers, int room, Turn turn)
    {
        _room = room;
        foreach (Worker worker in workers)
        {
            End(worker, new BreakReason(Messages.WorkerKilledByDrain), turn);
        }

        Dispatch(turn);
    }

    public void OnHopeless(Exception reason, Turn turn)
    {
        if (State is PoolState.Running or PoolState.Draining)
        {
            BreakPool(new BrokenExecutorException(MessageText.Format(Messages.ExecutorWithoutHosts, reason.Message), reason), reason.Message, turn);
            StopIfDone(turn);
        }
    }

    /// <summary>A worker is over its memory limit and is replaced, which is said once a call; what waits it gives back.</summary>
    public void OnMemoryLimitExceeded(Worker worker, MemoryExcess excess, Turn turn)
    {
        if (worker.Batches.TryPeek(out Batch? running) && !running.Group.IsToldOfMemory)
        {
            running.Group.IsToldOfMemory = true;
            string text = excess.IsGrowth ? Messages.MemoryGrowthExceeded : Messages.MemoryLimitExceeded;
            turn.Do(CommandKind.Warn, running.Group, MessageText.Format(text, worker.ProcessId, excess.UsedMegabytes, excess.AllowedMegabytes, worker.TasksDone + 1));
        }

        if (worker.CanTake)
        {
            Replace(worker, turn);
        }
    }

    /// <summary>Takes no new groups, and ends when what it has is done, or at once with <paramref name="kill"/>.</summary>
    public void Shutdown(bool kill, Turn turn)
    {
        Transition(PoolEvent.ShutDown);
        if (kill && State != PoolState.Stopped)
        {
            EndAllGroups(new ShutdownExecutorException(Messages.TaskEndedByShutdown), turn);
            BreakWorkers(Messages.WorkerKilledByShutdown, turn);
        }

        StopIfDone(turn);
    }

    public void KillNow()
    {
        Transition(PoolEvent.ShutDown);
        foreach (Worker worker in Workers)
        {
            worker.Blame(new BreakReason(Messages.WorkerKilledByShutdown) { IsEndOfPool = true });
        }
    }

    private void RetireSurplus(Turn turn)
    {
        // Only those that are ready count: one that starts is retired when ready, so that no warm one goes in its stead.
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
            Retire(worker, turn);
        }
    }

    private void Retire(Worker worker, Turn turn)
    {
        worker.OnToldToEnd(turn.Now);
        _deadlines.Watch(worker, turn.Now);
        turn.Send(worker, FrameType.Shutdown);
        turn.Do(CommandKind.TellRetired, worker);
    }

    private void Replace(Worker worker, Turn turn)
    {
        Retire(worker, turn);
        if (State == PoolState.Running)
        {
            StartInPlace(turn);
        }
    }

    /// <summary>Ends a worker that is to stay no longer: with what it has, or at once where it is still starting.</summary>
    private void End(Worker worker, BreakReason reason, Turn turn)
    {
        if (worker.State == WorkerState.Ready)
        {
            Retire(worker, turn);
        }
        else if (worker.State == WorkerState.Starting)
        {
            turn.Break(worker, reason);
        }
    }

    private void EndAllGroups(Exception error, Turn turn)
    {
        foreach (TaskGroup group in _groups)
        {
            group.IsOver = true;
            group.Items.Drop();
            turn.Do(CommandKind.Complete, group, error);
        }

        _groups.Clear();
    }

    private void BreakWorkers(string reason, Turn turn)
    {
        foreach (Worker worker in Workers)
        {
            turn.Break(worker, new BreakReason(reason) { IsEndOfPool = true });
        }
    }

    private void StopIfDone(Turn turn)
    {
        if (State == PoolState.Running || _groups.Count > 0)
        {
            return;
        }

        foreach (Worker worker in Workers)
        {
            End(worker, new BreakReason(Messages.WorkerKilledByShutdown) { IsEndOfPool = true }, turn);
        }

        if (Workers.Count == 0 && !_stopped)
        {
            _stopped = true;
            Transition(PoolEvent.NothingLeft);
            turn.Do(CommandKind.Stop);
        }
    }

    private void Transition(PoolEvent what) =>
        State = StateTransitions.Next(State, what) ?? throw new InvalidOperationException($"{State}, {what}");
}
