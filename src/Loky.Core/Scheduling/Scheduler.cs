using Loky.Channel;
using Loky.Connections;
using Loky.Execution;

namespace Loky.Scheduling;

/// <summary>Decides who gets which items, and when workers start and end: of each event it makes a <see cref="Turn"/>.</summary>
/// <remarks>It has no lock, clock, thread or process, so that a simulation can play it; it reads queues and ledgers.</remarks>
internal sealed partial class Scheduler
{
    // Most workers that wait for something else than a processor do not crowd it: not to be taken for many quick items.
    private const double MaxCrowding = 16;

    private readonly SchedulerOptions _options;
    private readonly List<TaskGroup> _groups = [];
    private readonly PendingNotices _notices = new();
    private readonly Deadlines _deadlines;
    private readonly FlowControl _flow;
    private readonly Recall _recall;
    private int _nextGroupId;
    private int _nextGroup;

    public Scheduler(SchedulerOptions options)
    {
        _options = options;
        _maxWorkers = options.MaxWorkers;
        _room = options.Room;
        _startAll = options.StartAll;
        _deadlines = new Deadlines(options.IdleTimeout, options.InitializerTimeout);
        _flow = new FlowControl(_groups, Workers);
        _recall = new Recall(_groups, Workers);
    }

    public PoolState State { get; private set; } = PoolState.Running;

    public Exception? BrokenBy { get; private set; }

    public WorkerSet Workers { get; } = new();

    public ItemSignal Signal { get; } = new();

    public long TasksDone { get; private set; }

    /// <summary>Gets how many workers died that had been ready.</summary>
    public int Restarts { get; private set; }

    public long PendingCount => _groups.Sum(static group => group.Items.Count);

    private double Crowding => Math.Clamp((double)Workers.BusyCount / _options.Processors, 1, MaxCrowding);

    public void AddGroup(TaskGroup group)
    {
        group.Id = _nextGroupId++;
        _groups.Add(group);
    }

    public void OnItemsAdded(TaskGroup group, Turn turn)
    {
        CompleteIfDone(group, turn);
        Dispatch(turn);
    }

    /// <summary>Looks again after a change that the scheduler cannot see: whoever reads results has read some.</summary>
    public void LookAgain(Turn turn) => Dispatch(turn);

    /// <summary>Drops a group's waiting items and stops its running ones; it completes when they have stopped.</summary>
    public void Cancel(TaskGroup group, Turn turn)
    {
        group.Items.Drop();
        if (group.IsOver || group.CancelledAt is not null)
        {
            return;
        }

        group.CancelledAt = turn.Now;
        foreach (Worker worker in group.Workers)
        {
            if (worker.Serves(group))
            {
                if (worker.Can(Capabilities.Cancel))
                {
                    turn.Send(worker, FrameType.GroupCancel, group);
                }

                _deadlines.Watch(worker, turn.Now);
            }
        }

        CompleteIfDone(group, turn);
        Dispatch(turn);
    }

    /// <summary>A worker has connected and prepares itself: from here on its time runs.</summary>
    public void OnConnected(Worker worker, Capabilities capabilities, Turn turn)
    {
        worker.OnConnected(capabilities, turn.Now);
        _deadlines.Watch(worker, turn.Now);
    }

    public void OnReady(Worker worker, Turn turn)
    {
        if (worker.State != WorkerState.Starting)
        {
            return;
        }

        worker.OnReady(turn.Now);
        _deadlines.Watch(worker, turn.Now);
        _starts = default;
        turn.Do(CommandKind.ShowErrors, worker);
        turn.Do(CommandKind.TellReady, worker);
        RetireSurplus(turn);
        Dispatch(turn);
    }

    public void OnStartRecord(Worker worker, ReadOnlyMemory<byte> record, Turn turn)
    {
        _notices.AddStartRecord(worker, record);
        _notices.Tell(_groups, turn);
    }

    /// <summary>Records of a batch have come, were admitted by <see cref="Worker.Admit"/> and delivered.</summary>
    public void OnRecords(Worker worker, Batch batch, RecordsHeader header, int size, Turn turn)
    {
        TaskGroup group = batch.Group;
        group.Items.Release(batch.Rest.Take(header.EndedCount));
        worker.OnRecords(batch, header, size);
        TasksDone += header.EndedCount;
        if (group.CancelledAt is null)
        {
            // How long items take that are stopped says nothing of the others.
            group.Sizer.Measure(header.EndedCount, header.RunMicroseconds, header.TypicalNanoseconds / 1000.0, Crowding);
        }

        bool isOver = batch.RestCount == 0;
        if (isOver)
        {
            worker.Remove(batch, turn.Now);
            _deadlines.Watch(worker, turn.Now);
        }

        // One that is held back may never end its batch: a group that gets items has to make the scheduler look from here on.
        bool heldBack = _flow.HoldsBack(worker, turn);
        if (isOver)
        {
            CompleteIfDone(group, turn);
            Dispatch(turn);
        }
        else if (heldBack)
        {
            Dispatch(turn);
        }
    }

    /// <summary>A worker has given back items that it had not started.</summary>
    /// <exception cref="ProtocolException">The items are not the worker's own.</exception>
    public void OnReturned(Worker worker, long firstSequence, int count, Turn turn)
    {
        Batch? batch = worker.Batches.FirstOrDefault(batch => batch.FirstSequence == firstSequence);
        if (count < 0 || count > (batch?.RestCount ?? 0))
        {
            throw new ProtocolException(MessageText.Format(Messages.ReturnedOutOfPlace, count, firstSequence, worker.ProcessId));
        }

        if (batch is null || count == 0)
        {
            // It had started everything by then.
            return;
        }

        TaskGroup group = batch.Group;
        group.Items.PutBack(worker.OnReturned(batch, count));
        if (batch.RestCount == 0)
        {
            worker.Remove(batch, turn.Now);
            _deadlines.Watch(worker, turn.Now);
            CompleteIfDone(group, turn);
        }

        Dispatch(turn);
    }

    /// <summary>A worker's channel has closed, broken for a reason or not: it gets nothing more.</summary>
    public static void OnClosed(Worker worker, BreakReason? reason)
    {
        // One that was told to end and has done all it had goes as it should.
        if (worker.State != WorkerState.Retiring || worker.Batches.Count > 0)
        {
            worker.OnBroken(reason);
        }
        else if (reason is not null)
        {
            worker.Blame(reason);
        }
    }

    /// <summary>A worker is gone, and who was lost with it has been told; see <see cref="Victims.Take"/>.</summary>
    public void OnGone(Worker worker, ConnectionEnd end, IEnumerable<Victims> retried, Turn turn)
    {
        foreach ((ItemRange items, Batch batch) in retried)
        {
            batch.Group.Items.PutBack(items with { Attempt = items.Attempt + 1, LostOn = end.Exit.HostName ?? (_options.HasHosts ? ThisMachine : null) });
        }

        bool hadStarted = worker.WasReady && !worker.WasRetiring;
        bool wasStarting = !worker.WasReady && _groups.Exists(static group => group.Items.Count > 0);
        worker.OnGone();
        Workers.Remove(worker);
        if (!worker.WasReady)
        {
            turn.Do(CommandKind.TellStartFailed, worker, end);
        }

        foreach (TaskGroup group in _groups)
        {
            // Or a call without end would keep every worker that it has ever had.
            group.Workers.Remove(worker);
        }

        if (wasStarting && State is (PoolState.Running or PoolState.Draining))
        {
            OnStartFailed(worker, end, turn);
        }

        while (worker.Batches.TryPeek(out Batch? batch))
        {
            TaskGroup group = batch.Group;
            worker.Remove(batch, turn.Now);
            CompleteIfDone(group, turn);
        }

        if (hadStarted && State == PoolState.Running)
        {
            Restarts++;
            StartInPlace(turn);
        }

        Dispatch(turn);
        StopIfDone(turn);
    }

    private void CompleteIfDone(TaskGroup group, Turn turn)
    {
        if (group.IsOver || group.BatchesOut > 0 || !group.Items.IsDrained)
        {
            return;
        }

        group.IsOver = true;
        _groups.Remove(group);
        foreach (Worker worker in group.Workers)
        {
            // Or it would keep a group that is over in memory for as long as it has nothing to do.
            worker.KnownTo = worker.KnownTo == group ? null : worker.KnownTo;
            if (worker.CanTake && group.Kind != TaskKind.Call)
            {
                turn.Send(worker, FrameType.GroupEnd, group);
            }
        }

        turn.Do(CommandKind.Complete, group);
        StopIfDone(turn);
    }
}
