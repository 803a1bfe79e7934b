using System.Diagnostics;
using Loky.Channel;
using Loky.Connections;
using Loky.Wire;

namespace Loky.Execution;

/// <summary>One worker as the pool keeps account of it, and what it hears from the worker's connection.</summary>
internal sealed class Worker : IConnectionOwner
{
    private readonly WorkerPool _pool;
    private readonly IConnection _connection;
    private BreakReason? _breakReason;
    private bool _isHeldBack;

    /// <summary>Makes a worker that is yet to be started.</summary>
    /// <param name="pool">Its pool.</param>
    /// <param name="number">Its number within the pool.</param>
    /// <param name="launcher">What starts it.</param>
    public Worker(WorkerPool pool, int number, ILauncher launcher)
    {
        _pool = pool;
        Number = number;
        _connection = launcher.Create(this);
    }

    /// <summary>Gets the number of the worker within its pool: 1, 2, 3, …</summary>
    public int Number { get; }

    /// <summary>Gets the process id; 0 before there is a process.</summary>
    public int ProcessId => _connection.ProcessId;

    /// <summary>Gets the host that it runs on, or is to; null for this machine.</summary>
    public string? HostName => _connection.HostName;

    /// <summary>Gets when its start was asked for, as a <see cref="Stopwatch"/> time stamp.</summary>
    public long StartedAt { get; init; }

    /// <summary>Gets or sets the state. Guarded by the pool's lock.</summary>
    public WorkerState State { get; private set; } = WorkerState.Starting;

    /// <summary>Gets a value indicating whether it is dead or about to be. Guarded by the pool's lock.</summary>
    public bool IsDying => State is WorkerState.Broken or WorkerState.Gone;

    /// <summary>Gets or sets a value indicating whether it was ever told to end. Guarded by the pool's lock.</summary>
    public bool WasRetiring { get; set; }

    /// <summary>Gets or sets a value indicating whether it has ever been ready. Guarded by the pool's lock.</summary>
    public bool WasReady { get; set; }

    /// <summary>Gets a value indicating whether it can be given items. Guarded by the pool's lock.</summary>
    public bool CanTake => State == WorkerState.Ready;

    /// <summary>Gets the batches it has, the running one first. Guarded by the pool's lock.</summary>
    public Queue<Batch> Batches { get; } = new();

    /// <summary>Gets where the pool's set of workers has it; only for that.</summary>
    public WorkerPlace Place { get; set; }

    /// <summary>Gets or sets where it is there; negative for nowhere. Only for that, too.</summary>
    public int PlaceIndex { get; set; } = -1;

    /// <summary>Gets where it belongs. Guarded by the pool's lock.</summary>
    public WorkerPlace PlaceNow => State switch
    {
        WorkerState.Starting => WorkerPlace.Starting,
        WorkerState.Ready => Batches.Count switch { 0 => WorkerPlace.Idle, 1 => WorkerPlace.OneBatch, _ => WorkerPlace.Full },
        _ => Batches.Count > 0 ? WorkerPlace.Leaving : WorkerPlace.None,
    };

    /// <summary>Gets or sets when the pool will look at it, as a time stamp; only for the queue of deadlines.</summary>
    public long LookAt { get; set; } = long.MaxValue;

    /// <summary>Gets the groups it knows. Guarded by the pool's lock.</summary>
    public KnownGroups KnownGroups { get; } = new(new SharedValueList());

    /// <summary>Gets or sets the number of the last item sent to it. Guarded by the pool's lock.</summary>
    public long LastSequence { get; set; }

    /// <summary>Gets or sets how many of the items sent to it came back unstarted. Guarded by the pool's lock.</summary>
    public long ReturnedItems { get; set; }

    /// <summary>Gets or sets the number of the last item that ended. Guarded by the pool's lock.</summary>
    public long EndedSequence { get; set; }

    /// <summary>Gets or sets the number of the last frame of records. Guarded by the pool's lock.</summary>
    public long LastFrame { get; set; }

    /// <summary>Gets or sets when its first batch became the first, as a <see cref="Stopwatch"/> time stamp. Guarded by the pool's lock.</summary>
    public long FrontSince { get; set; }

    /// <summary>Gets or sets when it began to prepare itself, as a <see cref="Stopwatch"/> time stamp; 0 before. Guarded by the pool's lock.</summary>
    public long PreparingSince { get; set; }

    /// <summary>Gets or sets when it ran out of items, as a <see cref="Stopwatch"/> time stamp. Guarded by the pool's lock.</summary>
    public long IdleSince { get; set; }

    /// <summary>Gets or sets how many items it has run. Guarded by the pool's lock.</summary>
    public long TasksDone { get; set; }

    /// <summary>Gets or sets the failure that the worker itself reported.</summary>
    public Exception? ReportedFailure { get; set; }

    /// <summary>Gets why the parent broke the worker, or null if it went by itself.</summary>
    public BreakReason? BreakReason => Volatile.Read(ref _breakReason);

    /// <summary>Gets or sets how many bytes of records came from it that were not acknowledged. Guarded by the pool's lock.</summary>
    public long Unacknowledged { get; set; }

    /// <summary>Gets or sets a value indicating whether it is held back: it gets no acknowledgement for now. Guarded by the pool's lock.</summary>
    public bool IsHeldBack
    {
        get => _isHeldBack;
        set
        {
            _isHeldBack = value;
            _pool.Workers.FollowHeldBack(this);
        }
    }

    /// <summary>Gets how long the running item has been running, without the time it was held back; zero between items.</summary>
    /// <param name="now">The time, as a <see cref="Stopwatch"/> time stamp.</param>
    /// <param name="isHeldBack">Whether its time stands still.</param>
    public TimeSpan RunningFor(long now, out bool isHeldBack)
    {
        (long started, long at, long heldSince) = _connection.Ledger.Look();
        isHeldBack = heldSince != 0;
        return started > EndedSequence && at > 0 ? Stopwatch.GetElapsedTime(at, isHeldBack ? heldSince : now) : TimeSpan.Zero;
    }

    /// <summary>Gets what it is doing. Can be asked at any time.</summary>
    public LedgerEntry Look() => _connection.Ledger.Look();

    /// <summary>Gets the number of the item that it has started last; 0 before the first.</summary>
    public long StartedSequence => _connection.Ledger.Look().Started;

    /// <summary>Takes a batch off its list. Guarded by the pool's lock.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="now">The time, as a <see cref="Stopwatch"/> time stamp.</param>
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
        _pool.Workers.Follow(this);
    }

    /// <summary>Puts a batch on its list. Guarded by the pool's lock.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="now">The time, as a <see cref="Stopwatch"/> time stamp.</param>
    public void Add(Batch batch, long now)
    {
        FrontSince = Batches.Count == 0 ? now : FrontSince;
        batch.Group.WorkersServing += Serves(batch.Group) ? 0 : 1;
        batch.Group.BatchesOut++;
        Batches.Enqueue(batch);
        LastSequence += batch.Items.Count;
        _pool.Workers.Follow(this);
    }

    /// <summary>Tells whether it has items of a group. Guarded by the pool's lock.</summary>
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

    /// <summary>Moves to the state that follows from an event. Guarded by the pool's lock.</summary>
    public void Note(WorkerEvent what)
    {
        State = StateTransitions.Next(State, what) ?? throw new InvalidOperationException($"{State}, {what}");
        _pool.Workers.Follow(this);
    }

    /// <summary>Starts it, in the background. The pool hears of it again when it is ready, or gone.</summary>
    public void Start() => _connection.Start();

    /// <summary>Shows what it writes to its standard error, from what it has written so far.</summary>
    public void ShowErrors() => _connection.ShowErrors();

    /// <summary>Queues a frame; <see cref="Pump"/> sends it.</summary>
    public void Enqueue(OutgoingFrame frame) => _connection.Enqueue(frame);

    /// <summary>Queues a frame that is only a number; <see cref="Pump"/> sends it.</summary>
    public void EnqueueNumber(FrameType type, long number)
    {
        var buffer = new PooledBuffer(64);
        FrameWriter.WriteNumber(buffer, type, number);
        Enqueue(new OutgoingFrame(buffer));
    }

    /// <summary>Queues a frame that is only a message; <see cref="Pump"/> sends it.</summary>
    public void Enqueue(FrameType type, TaskGroup? group = null)
    {
        if (group is not null)
        {
            EnqueueNumber(type, group.Id);
            return;
        }

        var buffer = new PooledBuffer(64);
        FrameWriter.WriteEmpty(buffer, type);
        Enqueue(new OutgoingFrame(buffer));
    }

    /// <summary>Sends what is queued, without blocking.</summary>
    public void Pump() => _connection.Pump();

    /// <summary>Ends the worker by force. The first reason is kept; its items are accounted for as with any death.</summary>
    public void Break(BreakReason reason)
    {
        _ = Interlocked.CompareExchange(ref _breakReason, reason, null);
        _connection.Abort();
    }

    /// <summary>Ends the worker by force, from a process that ends before its own tasks can.</summary>
    public void BreakNow(BreakReason reason)
    {
        _ = Interlocked.CompareExchange(ref _breakReason, reason, null);
        _connection.AbortNow();
    }

    /// <inheritdoc/>
    void IConnectionOwner.OnStarted() => _pool.OnWorkerStarted(this);

    /// <inheritdoc/>
    void IConnectionOwner.OnConnected() => _pool.OnWorkerConnected(this);

    /// <inheritdoc/>
    void IConnectionOwner.OnFrame(Frame frame) => _pool.OnFrame(this, frame);

    /// <inheritdoc/>
    void IConnectionOwner.OnClosed(Exception? error)
    {
        if (error is not null)
        {
            _ = Interlocked.CompareExchange(ref _breakReason, new BreakReason(error.Message), null);
        }

        _pool.OnChannelClosed(this);
    }

    /// <inheritdoc/>
    void IConnectionOwner.OnEnded(ConnectionEnd end) => _pool.OnWorkerGone(this, end);
}
