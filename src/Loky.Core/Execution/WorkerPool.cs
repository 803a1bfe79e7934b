using System.Diagnostics;
using Loky.Channel;
using Loky.Connections;
using Loky.Diagnosis;
using Loky.Wire;
using Loky.Serialization;

namespace Loky.Execution;

/// <summary>
/// The workers and the groups whose items they run: dispatch, resize, refill, retirement, shutdown. See
/// docs/architecture.md for the data flow and the tables of states.
/// </summary>
/// <remarks>
/// One lock guards everything here, at the granularity of batches; nothing is called or awaited under it but the groups'
/// own short locks. Frames are queued under it, so that each worker gets them in the order of the decisions, and sent after.
/// </remarks>
internal sealed partial class WorkerPool
{
    private const int MaxDeathsBeforeStart = 3;
    private const int MaxKillsBeforeStart = 30;

    // Most workers that wait for something else than a processor do not crowd it: not to be taken for many quick items.
    private const double MaxCrowding = 16;

    private static readonly ExceptionCodec Failures = new(new ValueSerializer(TypePolicy.DeclaredOnly));

    private readonly object _gate = new();
    private readonly PoolOptions _options;
    private readonly List<TaskGroup> _groups = [];
    private readonly ILauncher _launcher;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PoolState _state = PoolState.Running;
    private int _maxWorkers;
    private bool _startAll;
    private TimeSpan _idleTimeout;
    private int _nextGroupId;
    private int _nextWorkerNumber = 1;
    private int _nextGroup;
    private StartRetries _starts;
    private int _openSlots = 1;
    private readonly DeadlineQueue _deadlines = new();
    private long _timerSetFor = long.MaxValue;
    private long _recalledAt;
    private long _lookAgainAt = long.MaxValue;
    private Exception? _brokenBy;
    private bool _toldOfGrowth;
    private bool _toldOfCap;
    private string? _capWarning;
    private bool _timerDisposed;
    private bool _startsWait;
    private WorkerPool? _successor;
    private Func<WorkerPool?>? _findSuccessor;

    /// <summary>Creates a pool. Starts no worker.</summary>
    public WorkerPool(PoolOptions options)
    {
        RecursionLimit.Check();
        _options = options;
        _maxWorkers = Cap(options.MaxWorkers);
        _idleTimeout = options.IdleTimeout;
        _initializerTimeout = options.InitializerTimeout;
        _startAll = options.StartAll;
        _launcher = options.CreateLauncher();
        _launcher.Attach(this);
        _clock = options.Clock;
        _timer = _clock.CreateTimer(static state => ((WorkerPool)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        LivePools.Add(this);
    }

    /// <summary>Gets a task that completes when the pool has stopped and its last worker is gone.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>Gets the environment that all its workers are started with, but for what the options add.</summary>
    public IReadOnlyDictionary<string, string> BaseEnvironment => _launcher.BaseEnvironment;

    /// <summary>Gets the time, as a <see cref="Stopwatch"/> time stamp.</summary>
    internal long Now => _clock.GetTimestamp();

    /// <summary>Gets its workers. Guarded by the lock.</summary>
    internal WorkerSet Workers { get; } = new();

    /// <summary>Gets what the pool was made of.</summary>
    public PoolOptions Options => _options;

    /// <summary>Adds a group; its items can be added before and after.</summary>
    /// <exception cref="ShutdownExecutorException">The pool was shut down and not replaced.</exception>
    /// <exception cref="BrokenExecutorException">The pool is broken.</exception>
    public void AddGroup(TaskGroup group)
    {
        if (TryAdd(group))
        {
            return;
        }

        // A call that has found this pool and comes too late for it has not handed out anything.
        if ((_successor ?? _findSuccessor?.Invoke()) is { } successor)
        {
            successor.AddGroup(group);
        }
        else
        {
            lock (_gate)
            {
                ThrowIfNotRunning();
            }
        }
    }

    /// <summary>Tells the pool that items were added to a group, or that no more will be.</summary>
    public void Notify(TaskGroup group, bool completed = false)
    {
        // Whoever dispatches opens its slots before it looks for items, and whoever adds items looks for open slots
        // afterwards: one of the two sees the other, for both have a fence between.
        Interlocked.MemoryBarrier();
        if (completed || (Volatile.Read(ref _openSlots) > 0 && !group.IsGathering))
        {
            Run(static (pool, effects, group) =>
            {
                pool.CompleteIfDone(group, effects);
                pool.Dispatch(effects);
            }, group);
        }
    }

    /// <summary>Looks for items to hand out, where that depends on more than the pool can see.</summary>
    public void LookAgain() => Run(static (pool, effects, _) => pool.Dispatch(effects), 0);

    /// <summary>Drops a group's waiting items and stops its running ones. Its completion comes when they have stopped.</summary>
    public void Cancel(TaskGroup group) => Run(static (pool, effects, group) =>
    {
        group.Drop();
        if (group.IsOver || group.CancelledAt is not null)
        {
            return;
        }

        group.CancelledAt = pool.Now;
        foreach (Worker worker in group.Workers)
        {
            if (worker.Serves(group))
            {
                worker.Enqueue(FrameType.GroupCancel, group);
                effects.Pump(worker);
                pool.Watch(worker);
            }
        }

        pool.CompleteIfDone(group, effects);
        pool.Dispatch(effects);
        pool.ScheduleTimer();
    }, group);

    /// <summary>Handles a frame of a worker. Called for one frame of a worker at a time.</summary>
    /// <exception cref="ProtocolException">The worker broke the protocol.</exception>
    internal void OnFrame(Worker worker, Frame frame)
    {
        switch (frame.Type)
        {
            case FrameType.Ready:
                frame.Dispose();
                Run(static (pool, effects, worker) => pool.OnReady(worker, effects), worker);
                break;
            case FrameType.Records:
                OnRecords(worker, RecordsHeader.Read(frame.Payload.Span), frame.Payload, frame);
                break;
            case FrameType.Failure:
                var reader = new WireReader(frame.Payload);
                worker.ReportedFailure = Failures.Read(ref reader, TypePolicy.DeclaredOnly);
                frame.Dispose();
                break;
            case FrameType.StartRecord:
                ReadOnlyMemory<byte> record = frame.Payload.ToArray();
                frame.Dispose();
                CheckStartRecord(record);
                Run(static (pool, effects, told) => pool.OnStartRecord(told.worker, told.record, effects), (worker, record));
                break;
            case FrameType.Returned:
                var returned = new WireReader(frame.Payload);
                (long first, int count) = (returned.ReadInt64(), returned.ReadInt32());
                frame.Dispose();
                Run(static (pool, effects, back) => pool.OnReturned(back.worker, back.first, back.count, effects), (worker, first, count));
                break;
            case FrameType.Grown:
                int megabytes = new WireReader(frame.Payload).ReadInt32();
                frame.Dispose();
                Run(static (pool, effects, grown) => pool.OnGrown(grown.worker, grown.megabytes, effects), (worker, megabytes));
                break;
            default:
                throw new ProtocolException(MessageText.Format(Messages.FrameUnexpectedType, frame.Type, FrameType.Records));
        }
    }

    /// <summary>Notes that a worker's channel has closed: it gets nothing more.</summary>
    internal void OnChannelClosed(Worker worker)
    {
        lock (_gate)
        {
            // One that was told to end and has done all it had goes as it should.
            if (worker.State != WorkerState.Retiring || worker.Batches.Count > 0)
            {
                worker.Note(WorkerEvent.BrokenOff);
            }
        }
    }

    /// <summary>Accounts for everything a dead worker had. Called once for each worker, last.</summary>
    internal void OnWorkerGone(Worker worker, ConnectionEnd end)
    {
        (WorkerExit exit, long started, byte[] unsent, Exception? failure) = end;
        if (unsent.Length > 0)
        {
            try
            {
                OnRecords(worker, RecordsHeader.Read(unsent), unsent, owner: null);
            }
            catch (Exception exception)
            {
                // Whatever it is, the rest must follow: the worker's items wait for their end.
                failure ??= exception;
            }
        }

        foreach ((ItemRange items, Batch batch) in TakeVictims(worker, started, exit))
        {
            TaskGroup group = batch.Group;
            bool retried = items.Attempt <= group.Options.Retries;
            TellLoss(items, exit, retried);
            TellLostAttempts(worker, batch, items, end, retried);
            if (retried)
            {
                group.PutBack(items with { Attempt = items.Attempt + 1, LostOn = exit.HostName ?? (_options.Hosts.Count > 0 ? ThisMachine : null) });
            }
            else
            {
                Isolated.Call(() => group.OnItemsLost(items.FirstIndex, items.Count, LossOf(worker, exit, failure)));
                group.Release(items);
            }
        }

        TellEnd(worker, exit);
        end = end with { Failure = failure };
        Run(static (pool, effects, dead) => pool.RemoveWorker(dead.worker, dead.end, effects), (worker, end));
    }

    private static Exception LossOf(Worker worker, WorkerExit exit, Exception? failure) =>
        worker.BreakReason is { IsTaskTimeout: true } timeout
            ? new TaskTimeoutException(timeout.Message) { WorkerProcessId = exit.ProcessId, HostName = exit.HostName }
            : exit.ToException(worker.BreakReason?.Message ?? failure?.Message);

    private void OnReady(Worker worker, PoolEffects effects)
    {
        if (worker.State != WorkerState.Starting)
        {
            return;
        }

        worker.Note(WorkerEvent.ReportedReady);
        worker.WasReady = true;
        worker.IdleSince = Now;
        Watch(worker);
        _starts = default;
        effects.Then(worker.ShowErrors);
        TellStart(effects, worker, errorType: null);
        Tell(effects, log => log.WorkerReady(Number, worker.Number, worker.ProcessId));
        RetireSurplus(effects);
        Dispatch(effects);
    }

    private void OnRecords(Worker worker, RecordsHeader header, ReadOnlyMemory<byte> payload, IDisposable? owner)
    {
        // Counted and not believed: what the group makes of the records must be what is accounted for.
        if (RecordReader.CountEnded(payload[RecordsHeader.Size..]) != header.EndedCount)
        {
            throw new ProtocolException(MessageText.Format(Messages.RecordsOutOfPlace, header, worker.ProcessId));
        }

        Batch batch;
        lock (_gate)
        {
            if (!worker.Batches.TryPeek(out batch!)
                || header.GroupId != batch.Group.Id
                || header.FrameNumber != worker.LastFrame + 1
                || header.FirstSequence != batch.FirstSequence + batch.Ended
                || header.EndedCount < 0
                || header.EndedCount > batch.Rest.Count
                || header.RunMicroseconds < 0
                || header.TypicalNanoseconds < 0)
            {
                throw new ProtocolException(MessageText.Format(Messages.RecordsOutOfPlace, header, worker.ProcessId));
            }

            worker.LastFrame++;
        }

        try
        {
            // Delivered before it is accounted for: the group must not be completed ahead of its last records.
            var records = new RecordsFrame(header, batch.Items.FirstIndex + batch.Ended, payload, owner);
            TellAttempts(worker, batch, records);
            batch.Group.OnRecords(records);
        }
        finally
        {
            // And accounted for in any case: what was delivered must be neither lost nor run again.
            LokyMeter.TasksDone.Add(header.EndedCount);
            Run(
                static (pool, effects, end) => pool.AccountEnded(end.worker, end.batch, end.header, end.Length, effects),
                (worker, batch, header, payload.Length));
        }
    }

    /// <summary>Gets how many workers that have items share a processor.</summary>
    private double Crowding => Math.Clamp((double)Workers.BusyCount / Environment.ProcessorCount, 1, MaxCrowding);

    private void AccountEnded(Worker worker, Batch batch, RecordsHeader header, int size, PoolEffects effects)
    {
        TaskGroup group = batch.Group;
        group.Release(batch.Rest.Take(header.EndedCount));
        batch.Ended += header.EndedCount;
        worker.EndedSequence = header.EndedCount > 0 ? header.FirstSequence + header.EndedCount - 1 : worker.EndedSequence;
        worker.TasksDone += header.EndedCount;
        TasksDone += header.EndedCount;
        group.Sizer.Measure(header.EndedCount, header.RunMicroseconds, header.TypicalNanoseconds / 1000.0, Crowding);
        worker.Unacknowledged += size;
        if (batch.Rest.Count > 0)
        {
            AcknowledgeOrHoldBack(worker, effects);
            return;
        }

        worker.Remove(batch, Now);
        Watch(worker);
        AcknowledgeOrHoldBack(worker, effects);
        CompleteIfDone(group, effects);
        Dispatch(effects);
    }

    /// <summary>Takes from a dead worker the items that may have started; puts the others back to be run elsewhere.</summary>
    /// <remarks>
    /// More than one item may have started: where a worker went on after its parent had stopped to listen to it, or where
    /// its journal cannot be read. They can be of two batches.
    /// </remarks>
    private List<(ItemRange Items, Batch Batch)> TakeVictims(Worker worker, long started, WorkerExit exit)
    {
        lock (_gate)
        {
            List<(ItemRange Items, Batch Batch)> victims = [];
            started = Math.Max(started, BlameFirst(worker, started, exit));

            // Last batch first, so that what is put back in front ends up in its old order.
            foreach (Batch batch in worker.Batches.Reverse())
            {
                ItemRange rest = batch.Rest;
                long restFirst = batch.FirstSequence + batch.Ended;
                int lost = (int)Math.Clamp(started - restFirst + 1, 0, rest.Count);
                if (lost > 0 && !batch.Group.IsOver)
                {
                    victims.Add((rest.Take(lost), batch));
                }

                if (rest.Count > lost)
                {
                    batch.Group.PutBack(rest.Skip(lost));
                }
            }

            return victims;
        }
    }

    /// <summary>
    /// An item that kills worker after worker before it has even started - it cannot be received, or its group not be
    /// set up - must end too: after some deaths it counts as started.
    /// </summary>
    private static long BlameFirst(Worker worker, long started, WorkerExit exit)
    {
        if (!worker.Batches.TryPeek(out Batch? first) || !worker.WasReady)
        {
            return started;
        }

        long next = first.FirstSequence + first.Ended;
        if (started >= next || worker.EndedSequence > 0)
        {
            first.Group.DeathsBeforeStart = 0;
            return started;
        }

        first.Group.DeathsBeforeStart++;
        return first.Group.DeathsBeforeStart >= (exit.WasKilled ? MaxKillsBeforeStart : MaxDeathsBeforeStart) ? next : started;
    }

    private void RemoveWorker(Worker worker, ConnectionEnd end, PoolEffects effects)
    {
        bool hadStarted = worker.WasReady && !worker.WasRetiring;
        bool wasStarting = !worker.WasReady && _groups.Count > 0;
        worker.Note(WorkerEvent.ProcessGone);
        Workers.Remove(worker);
        if (!worker.WasReady)
        {
            TellStart(effects, worker, end.Failure?.GetType().FullName ?? end.Exit.Reason);
        }

        foreach (TaskGroup group in _groups)
        {
            // Or a call without end would keep every worker that it has ever had.
            group.Workers.Remove(worker);
        }

        if (wasStarting && _state is (PoolState.Running or PoolState.Draining))
        {
            OnStartFailed(worker, end, effects);
        }

        while (worker.Batches.TryPeek(out Batch? batch))
        {
            worker.Remove(batch, Now);
            CompleteIfDone(batch.Group, effects);
        }

        if (hadStarted && _state == PoolState.Running)
        {
            Restarts++;
            StartInPlace(effects);
        }

        Dispatch(effects);
        StopIfDone(effects);
    }

    private bool TryAdd(TaskGroup group)
    {
        lock (_gate)
        {
            if (_state != PoolState.Running)
            {
                return false;
            }

            group.Id = _nextGroupId++;
            group.Pool = this;
            _groups.Add(group);
            return true;
        }
    }

    private void Note(PoolEvent what) =>
        _state = StateTransitions.Next(_state, what) ?? throw new InvalidOperationException($"{_state}, {what}");

    private void ThrowIfNotRunning()
    {
        if (_state == PoolState.Broken)
        {
            throw new BrokenExecutorException(_brokenBy!.Message, _brokenBy);
        }

        if (_state != PoolState.Running)
        {
            throw new ShutdownExecutorException(Messages.ExecutorShutDown);
        }
    }

    /// <summary>Changes the pool under its lock, then does what must be done without it.</summary>
    private void Run<T>(Action<WorkerPool, PoolEffects, T> change, T argument)
    {
        var effects = new PoolEffects();
        lock (_gate)
        {
            change(this, effects, argument);
        }

        effects.Apply();
    }
}
