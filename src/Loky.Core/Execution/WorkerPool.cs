using System.Diagnostics;
using Loky.Connections;
using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>Workers and the groups they run: brings the <see cref="Scheduler"/> its events, and does what it decides.</summary>
/// <remarks>
/// One lock guards the scheduler, at the granularity of batches. What workers are to be told is queued under it, so that
/// each hears it in the order of the decisions; it is encoded and sent, and all else is done, when the lock is released.
/// </remarks>
internal sealed partial class WorkerPool
{
    private const int SizeNeverCapped = 2;

    private static readonly ValueSerializer Failures = new(TypePolicy.DeclaredOnly);

    private readonly object _gate = new();
    private readonly PoolOptions _options;
    private readonly Scheduler _scheduler;
    private readonly ILauncher _launcher;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _timerSetFor = long.MaxValue;
    private Turn? _spareTurn;
    private WorkerPool? _successor;
    private Func<WorkerPool?>? _findSuccessor;

    public WorkerPool(PoolOptions options)
    {
        RecursionLimit.Check();
        _options = options;
        _launcher = options.CreateLauncher();
        _clock = options.Clock;
        int cap = CapOf(options.MaxWorkers);
        _scheduler = new Scheduler(new SchedulerOptions
        {
            MaxWorkers = Math.Min(options.MaxWorkers, cap),
            Room = _launcher.Room,
            StartAll = options.StartAll,
            IdleTimeout = options.IdleTimeout,
            InitializerTimeout = options.InitializerTimeout,
            MaxTasksPerWorker = options.MaxTasksPerWorker,
            HasHosts = options.Hosts.Count > 0,
            Processors = Environment.ProcessorCount,
        });
        if (options.MaxWorkers > cap)
        {
            _scheduler.WarnOfCap(options.MaxWorkers, cap);
            _launcher.OnResized(cap);
        }

        _timer = _clock.CreateTimer(static state => ((WorkerPool)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _launcher.Attach(this);
        LivePools.Add(this);
    }

    /// <summary>Gets a task that completes when the pool has stopped and its last worker is gone.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>Gets the environment that all its workers are started with, but for what the options add.</summary>
    public IReadOnlyDictionary<string, string> BaseEnvironment => _launcher.BaseEnvironment;

    public PoolOptions Options => _options;

    internal long Now => _clock.GetTimestamp();

    /// <summary>Gets its workers; guarded by the lock.</summary>
    internal WorkerSet Workers => _scheduler.Workers;

    /// <summary>Adds a group; its items can be added before and after.</summary>
    /// <exception cref="ShutdownExecutorException">The pool was shut down and not replaced.</exception>
    /// <exception cref="BrokenExecutorException">The pool is broken.</exception>
    public void AddGroup(TaskGroup group)
    {
        WorkerPool? successor;
        Func<WorkerPool?>? findSuccessor;
        lock (_gate)
        {
            if (_scheduler.State == PoolState.Running)
            {
                group.Pool = this;
                _scheduler.AddGroup(group);
                return;
            }

            (successor, findSuccessor) = (_successor, _findSuccessor);
        }

        // A call that comes too late has handed out nothing; finding another pool takes the registry's lock, which comes first.
        if ((successor ?? findSuccessor?.Invoke()) is { } next)
        {
            next.AddGroup(group);
            return;
        }

        throw _scheduler.BrokenBy is { } broken
            ? new BrokenExecutorException(broken.Message, broken)
            : new ShutdownExecutorException(Messages.ExecutorShutDown);
    }

    public void Notify(TaskGroup group, bool completed = false)
    {
        if (completed || (_scheduler.Signal.IsOpen && !group.Items.IsGathering))
        {
            Run(static (scheduler, group, turn) => scheduler.OnItemsAdded(group, turn), group);
        }
    }

    /// <summary>Tells that items are about to come, so that a worker gets ready meanwhile where there is none.</summary>
    public void ExpectItems()
    {
        // That of this moment, and not of when another thread starts the worker: commands in front of the call may change it.
        _ = BaseEnvironment;
        Run(static (scheduler, _, turn) => scheduler.ExpectItems(turn), 0);
    }

    /// <summary>Looks for items to hand out, where that depends on more than the pool can see.</summary>
    public void LookAgain() => Run(static (scheduler, _, turn) => scheduler.LookAgain(turn), 0);

    /// <summary>Drops a group's waiting items and stops its running ones; it completes when they have stopped.</summary>
    public void Cancel(TaskGroup group) => Run(static (scheduler, group, turn) => scheduler.Cancel(group, turn), group);

    private void OnTimer()
    {
        lock (_gate)
        {
            _timerSetFor = long.MaxValue;
        }

        Run(static (scheduler, _, turn) => scheduler.OnTick(turn), 0);
    }

    /// <summary>Gets how many workers the system allows; to ask costs more than a warm call, and a few always fit.</summary>
    private int CapOf(int maxWorkers) => maxWorkers <= SizeNeverCapped ? int.MaxValue : _options.WorkerCap(_scheduler?.Workers.Count ?? 0);

    /// <summary>Brings the scheduler an event under the lock, then does what follows from it without.</summary>
    private void Run<T>(Action<Scheduler, T, Turn> change, T argument)
    {
        // What each event needs is used again: of much garbage the collector looks at all workers, over and over.
        Turn turn = Interlocked.Exchange(ref _spareTurn, null) ?? new Turn(0, default);
        lock (_gate)
        {
            turn.Begin(Now, _clock.GetUtcNow().UtcDateTime);
            change(_scheduler, argument, turn);
            Prepare(turn);
            SetTimer(turn.Now);
        }

        CarryOut(turn);
        turn.Clear();
        Volatile.Write(ref _spareTurn, turn);
    }

    private void SetTimer(long now)
    {
        long next = _scheduler.NextTick(now);
        if (next == _timerSetFor)
        {
            return;
        }

        _timerSetFor = next;

        // Rounded up: a timer that fires a fraction early would only have to be set again.
        _ = next == long.MaxValue
            ? _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan)
            : _timer.Change(
                TimeSpan.FromMilliseconds(Math.Ceiling(Math.Clamp(Math.Max(0, next - now) * 1000.0 / Stopwatch.Frequency, 0, int.MaxValue - 1.0))),
                Timeout.InfiniteTimeSpan);
    }
}
