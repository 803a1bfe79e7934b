using System.Diagnostics;
using Loky.Channel;
using Loky.Connections;
using Loky.Execution;

namespace Loky.Scheduling;

/// <summary>One worker as the scheduler keeps account of it: its state, what it was sent and what of that has ended.</summary>
/// <param name="number">Its number within its pool: 1, 2, 3, …</param>
/// <param name="startedAt">When its start was decided, as a <see cref="Stopwatch"/> time stamp.</param>
/// <param name="set">The set of workers that follows its changes.</param>
internal sealed class Worker(int number, long startedAt, WorkerSet set)
{
    private object? _link;
    private ILedger? _ledger;

    /// <summary>Gets the number of the worker within its pool: 1, 2, 3, …</summary>
    public int Number => number;

    /// <summary>Gets when its start was decided, as a <see cref="Stopwatch"/> time stamp.</summary>
    public long StartedAt => startedAt;

    /// <summary>Gets what carries out the decisions about it. Nothing to the scheduler.</summary>
    public object? Link => _link;

    /// <summary>Gets the process id; 0 before there is a process.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Gets the host that it runs on; null for this machine, and before it has one.</summary>
    public string? HostName { get; private set; }

    /// <summary>Gets the state.</summary>
    public WorkerState State { get; private set; } = WorkerState.Starting;

    /// <summary>Gets a value indicating whether it is dead or about to be.</summary>
    public bool IsDying => State is WorkerState.Broken or WorkerState.Gone;

    /// <summary>Gets a value indicating whether it can be given items.</summary>
    public bool CanTake => State == WorkerState.Ready;

    /// <summary>Gets a value indicating whether it was ever told to end.</summary>
    public bool WasRetiring { get; private set; }

    /// <summary>Gets a value indicating whether it has ever been ready.</summary>
    public bool WasReady { get; private set; }

    /// <summary>Gets the failure that the worker itself reported, or null.</summary>
    public Exception? ReportedFailure { get; private set; }

    /// <summary>Gets why it was broken off, the first cause; null where it went by itself.</summary>
    public BreakReason? BreakReason { get; private set; }

    /// <summary>Gets the batches it has, the running one first.</summary>
    public Queue<Batch> Batches { get; } = new();

    /// <summary>Gets the number of the last item sent to it.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Gets how many of the items sent to it came back unstarted.</summary>
    public long ReturnedItems { get; private set; }

    /// <summary>Gets the number of the last item that ended.</summary>
    public long EndedSequence { get; private set; }

    /// <summary>Gets the number of the last frame of records.</summary>
    public long LastFrame { get; private set; }

    /// <summary>Gets when its first batch became the first, as a <see cref="Stopwatch"/> time stamp.</summary>
    public long FrontSince { get; private set; }

    /// <summary>Gets when it began to prepare itself, as a <see cref="Stopwatch"/> time stamp; 0 before.</summary>
    public long PreparingSince { get; private set; }

    /// <summary>Gets when it ran out of items, or was told to end, as a <see cref="Stopwatch"/> time stamp.</summary>
    public long IdleSince { get; private set; }

    /// <summary>Gets how many items it has run.</summary>
    public long TasksDone { get; private set; }

    /// <summary>Gets how many bytes of records came from it that were not acknowledged.</summary>
    public long Unacknowledged { get; private set; }

    /// <summary>Gets a value indicating whether it is held back: it gets no acknowledgement for now.</summary>
    public bool IsHeldBack { get; private set; }

    /// <summary>Gets or sets where the set of workers has it; only for that.</summary>
    public WorkerPlace Place { get; set; }

    /// <summary>Gets or sets where it is there; negative for nowhere. Only for that, too.</summary>
    public int PlaceIndex { get; set; } = -1;

    /// <summary>Gets or sets when it is looked at, as a time stamp; only for the queue of deadlines.</summary>
    public long LookAt { get; set; } = long.MaxValue;

    /// <summary>Gets where it belongs.</summary>
    public WorkerPlace PlaceNow => State switch
    {
        WorkerState.Starting => WorkerPlace.Starting,
        WorkerState.Ready => Batches.Count switch { 0 => WorkerPlace.Idle, 1 => WorkerPlace.OneBatch, _ => WorkerPlace.Full },
        _ => Batches.Count > 0 ? WorkerPlace.Leaving : WorkerPlace.None,
    };

    /// <summary>Names what carries out the decisions about it, and what tells what it has started.</summary>
    public void Attach(object link, ILedger ledger) => (_link, _ledger) = (link, ledger);

    /// <summary>Gets what it is doing.</summary>
    public LedgerEntry Look() => _ledger?.Look() ?? default;

    /// <summary>Gets how long the running item has been running, without the time it was held back; zero between items.</summary>
    /// <param name="now">The time, as a <see cref="Stopwatch"/> time stamp.</param>
    /// <param name="isHeldBack">Whether its time stands still.</param>
    public TimeSpan RunningFor(long now, out bool isHeldBack)
    {
        (long started, long at, long heldSince) = Look();
        isHeldBack = heldSince != 0;
        return started > EndedSequence && at > 0 ? Stopwatch.GetElapsedTime(at, isHeldBack ? heldSince : now) : TimeSpan.Zero;
    }

    /// <summary>Tells whether it has items of a group.</summary>
    public bool Serves(TaskGroup group)
    {
        foreach (Batch batch in Batches)
        {
            if (batch.Group == group)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes that it has a process, and where.</summary>
    public void OnStarted(int processId, string? hostName) => (ProcessId, HostName) = (processId, hostName);

    /// <summary>Notes that it is connected and prepares itself.</summary>
    public void OnConnected(long now) => PreparingSince = now;

    /// <summary>Notes that it takes items.</summary>
    public void OnReady(long now)
    {
        Transition(WorkerEvent.ReportedReady);
        WasReady = true;
        IdleSince = now;
    }

    /// <summary>Notes what it says has gone wrong.</summary>
    public void OnFailed(Exception failure) => ReportedFailure = failure;

    /// <summary>Notes that it is told to end.</summary>
    public void OnToldToEnd(long now)
    {
        Transition(WorkerEvent.ToldToEnd);
        WasRetiring = true;
        IdleSince = now;
    }

    /// <summary>Notes that it is of no more use. The first reason is kept.</summary>
    /// <param name="reason">Why; null where its channel has closed.</param>
    public void OnBroken(BreakReason? reason)
    {
        BreakReason ??= reason;
        Transition(WorkerEvent.BrokenOff);
    }

    /// <summary>Keeps the reason of an end that is yet to come, unless there is one.</summary>
    public void Blame(BreakReason reason) => BreakReason ??= reason;

    /// <summary>Notes that its process has ended.</summary>
    public void OnGone() => Transition(WorkerEvent.ProcessGone);

    /// <summary>Puts a batch on its list.</summary>
    public void Add(Batch batch, long now)
    {
        FrontSince = Batches.Count == 0 ? now : FrontSince;
        batch.Group.WorkersServing += Serves(batch.Group) ? 0 : 1;
        batch.Group.BatchesOut++;
        Batches.Enqueue(batch);
        LastSequence += batch.Items.Count;
        set.Follow(this);
    }

    /// <summary>Takes a batch off its list.</summary>
    public void Remove(Batch batch, long now)
    {
        if (Batches.Peek() == batch)
        {
            Batches.Dequeue();
            FrontSince = now;
            IdleSince = Batches.Count == 0 ? FrontSince : IdleSince;
        }
        else
        {
            Batch[] others = [.. Batches.Where(other => other != batch)];
            Batches.Clear();
            foreach (Batch other in others)
            {
                Batches.Enqueue(other);
            }
        }

        batch.Group.BatchesOut--;
        batch.Group.WorkersServing -= Serves(batch.Group) ? 0 : 1;
        set.Follow(this);
    }

    /// <summary>Finds the batch that a frame of records belongs to, and counts the frame; null where it is out of place.</summary>
    public Batch? Admit(RecordsHeader header)
    {
        if (!Batches.TryPeek(out Batch? batch)
            || header.GroupId != batch.Group.Id
            || header.FrameNumber != LastFrame + 1
            || header.FirstSequence != batch.FirstSequence + batch.Ended
            || header.EndedCount < 0
            || header.EndedCount > batch.Rest.Count
            || header.RunMicroseconds < 0
            || header.TypicalNanoseconds < 0)
        {
            return null;
        }

        LastFrame++;
        return batch;
    }

    /// <summary>Accounts for a frame of records that was admitted and delivered.</summary>
    public void OnRecords(Batch batch, RecordsHeader header, int size)
    {
        batch.Ended += header.EndedCount;
        EndedSequence = header.EndedCount > 0 ? header.FirstSequence + header.EndedCount - 1 : EndedSequence;
        TasksDone += header.EndedCount;
        Unacknowledged += size;
    }

    /// <summary>Accounts for items of a batch that it gave back; returns them.</summary>
    public ItemRange OnReturned(Batch batch, int count)
    {
        ItemRange sent = batch.Items;
        batch.Items = sent.Take(sent.Count - count);
        ReturnedItems += count;
        return sent.Skip(sent.Count - count);
    }

    /// <summary>Holds it back.</summary>
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
