using System.Diagnostics;
using Loky.Channel;
using Loky.Connections;
using Loky.Execution;

namespace Loky.Scheduling;

/// <summary>A worker as the scheduler accounts for it; times are <see cref="Stopwatch"/> time stamps, numbers from 1.</summary>
internal sealed class Worker(int number, long startedAt, WorkerSet set)
{
    private object? _link;
    private ILedger? _ledger;
    private Batch? _running;
    private Batch? _waiting;
    private Batch? _spare;

    public int Number => number;

    public long StartedAt => startedAt;

    /// <summary>Gets what carries out the decisions about it, of which the scheduler knows nothing.</summary>
    public object? Link => _link;

    /// <summary>Gets the process id; 0 before there is a process.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Gets the host that it runs on; null for this machine, and before it has one.</summary>
    public string? HostName { get; private set; }

    /// <summary>Gets what it can do, as it has said itself; nothing before it is connected.</summary>
    public Capabilities Capabilities { get; private set; }

    public WorkerState State { get; private set; } = WorkerState.Starting;

    /// <summary>Gets a value indicating whether it is dead or about to be.</summary>
    public bool IsDying => State is WorkerState.Broken or WorkerState.Gone;

    public bool CanTake => State == WorkerState.Ready;

    public bool WasRetiring { get; private set; }

    public bool WasReady { get; private set; }

    public Exception? ReportedFailure { get; private set; }

    /// <summary>Gets why it was broken off, the first cause; null where it went by itself.</summary>
    public BreakReason? BreakReason { get; private set; }

    /// <summary>Gets the batches it has, the running one first.</summary>
    public BatchPair Batches => new(_running, _waiting);

    /// <summary>Gets or sets the group that knows that it got items of it last; null once that is over.</summary>
    public TaskGroup? KnownTo { get; set; }

    /// <summary>Gets the sequence number of the last item sent to it.</summary>
    public long LastSequence { get; private set; }

    public long ReturnedItems { get; private set; }

    public long EndedSequence { get; private set; }

    public long LastFrame { get; private set; }

    /// <summary>Gets when its first batch became the first.</summary>
    public long FrontSince { get; private set; }

    /// <summary>Gets when it began to prepare itself; 0 before.</summary>
    public long PreparingSince { get; private set; }

    /// <summary>Gets when it ran out of items, or was told to end.</summary>
    public long IdleSince { get; private set; }

    public long TasksDone { get; private set; }

    /// <summary>Gets how many bytes of its records were not acknowledged.</summary>
    public long Unacknowledged { get; private set; }

    /// <summary>Gets a value indicating whether it is held back, that is, gets no acknowledgement for now.</summary>
    public bool IsHeldBack { get; private set; }

    /// <summary>Gets or sets where the set of workers has it; only for the set.</summary>
    public WorkerPlace Place { get; set; }

    /// <summary>Gets or sets where it is there; negative for nowhere, and only for the set.</summary>
    public int PlaceIndex { get; set; } = -1;

    /// <summary>Gets or sets when it is looked at; only for the queue of deadlines.</summary>
    public long LookAt { get; set; } = long.MaxValue;

    public WorkerPlace PlaceNow => State switch
    {
        WorkerState.Starting => WorkerPlace.Starting,
        WorkerState.Ready => _running is null ? WorkerPlace.Idle : _waiting is null ? WorkerPlace.OneBatch : WorkerPlace.Full,
        _ => _running is null ? WorkerPlace.None : WorkerPlace.Leaving,
    };

    public void Attach(object link, ILedger ledger) => (_link, _ledger) = (link, ledger);

    public LedgerEntry Look() => _ledger?.Look() ?? default;

    /// <summary>Gets for how long the item has been running, without the time it was held back; zero between items.</summary>
    public TimeSpan RunningFor(long now, out bool isHeldBack)
    {
        (long started, long at, long heldSince) = Look();
        isHeldBack = heldSince != 0;
        return started > EndedSequence && at > 0 ? Stopwatch.GetElapsedTime(at, isHeldBack ? heldSince : now) : TimeSpan.Zero;
    }

    /// <summary>Tells whether it can do something.</summary>
    public bool Can(Capabilities what) => (Capabilities & what) == what;

    public bool Serves(TaskGroup group) => _running?.Group == group || _waiting?.Group == group;

    public void OnStarted(int processId, string? hostName) => (ProcessId, HostName) = (processId, hostName);

    public void OnConnected(Capabilities capabilities, long now) => (Capabilities, PreparingSince) = (capabilities, now);

    public void OnReady(long now)
    {
        Transition(WorkerEvent.ReportedReady);
        WasReady = true;
        IdleSince = now;
    }

    public void OnFailed(Exception failure) => ReportedFailure = failure;

    public void OnToldToEnd(long now)
    {
        Transition(WorkerEvent.ToldToEnd);
        WasRetiring = true;
        IdleSince = now;
    }

    /// <summary>Marks it as of no more use, keeping the first reason; null where its channel has closed.</summary>
    public void OnBroken(BreakReason? reason)
    {
        BreakReason ??= reason;
        Transition(WorkerEvent.BrokenOff);
    }

    /// <summary>Keeps the reason of an end that is yet to come, unless there is one.</summary>
    public void Blame(BreakReason reason) => BreakReason ??= reason;

    public void OnGone() => Transition(WorkerEvent.ProcessGone);

    /// <summary>Puts items on its list, as a batch. Returns the number of the first one.</summary>
    public long Add(TaskGroup group, ItemRange items, Turn turn)
    {
        Batch batch = _spare ?? new Batch();
        _spare = null;
        long first = LastSequence + 1;
        batch.Fill(group, items, first, turn.UtcNow);
        group.WorkersServing += Serves(group) ? 0 : 1;
        group.BatchesOut++;
        if (_running is null)
        {
            (_running, FrontSince) = (batch, turn.Now);
        }
        else
        {
            _waiting = _waiting is null ? batch : throw new InvalidOperationException($"{number}");
        }

        LastSequence += items.Count;
        set.Follow(this);
        return first;
    }

    /// <summary>Takes a batch off its list. It is not to be looked at from here on.</summary>
    public void Remove(Batch batch, long now)
    {
        if (_running == batch)
        {
            (_running, FrontSince) = (_waiting, now);
            IdleSince = _running is null ? now : IdleSince;
        }

        _waiting = null;
        TaskGroup group = batch.Group;
        group.BatchesOut--;
        group.WorkersServing -= Serves(group) ? 0 : 1;
        batch.Clear();
        _spare = batch;
        set.Follow(this);
    }

    /// <summary>Finds the batch that a frame of records belongs to, and counts the frame; null if it is out of place.</summary>
    public Batch? Admit(RecordsHeader header)
    {
        if (_running is not { } batch
            || header.GroupId != batch.Group.Id
            || header.FrameNumber != LastFrame + 1
            || header.FirstSequence != batch.FirstSequence + batch.Ended
            || header.EndedCount < 0
            || header.EndedCount > batch.RestCount
            || header.RunMicroseconds < 0
            || header.TypicalNanoseconds < 0)
        {
            return null;
        }

        LastFrame++;
        return batch;
    }

    public void OnRecords(Batch batch, RecordsHeader header, int size)
    {
        batch.Ended += header.EndedCount;
        EndedSequence = header.EndedCount > 0 ? header.FirstSequence + header.EndedCount - 1 : EndedSequence;
        TasksDone += header.EndedCount;
        Unacknowledged += size;
    }

    /// <summary>Takes away items of a batch that it gave back, and returns them.</summary>
    public ItemRange OnReturned(Batch batch, int count)
    {
        ItemRange sent = batch.Items;
        batch.Items = sent.Take(sent.Count - count);
        ReturnedItems += count;
        return sent.Skip(sent.Count - count);
    }

    public void HoldBack()
    {
        IsHeldBack = true;
        set.FollowHeldBack(this);
    }

    /// <summary>Lets it go on; returns how many bytes of records that acknowledges.</summary>
    public long Acknowledge()
    {
        IsHeldBack = false;
        set.FollowHeldBack(this);
        long bytes = Unacknowledged;
        Unacknowledged = IsDying ? bytes : 0;
        return bytes;
    }

    private void Transition(WorkerEvent what)
    {
        State = StateTransitions.Next(State, what) ?? throw new InvalidOperationException($"{State}, {what}");
        set.Follow(this);
    }
}
