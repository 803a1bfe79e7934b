using Loky.Connections;
using Loky.Diagnosis;
using Loky.Execution;
using Loky.Scheduling;

namespace Loky.Remote;

/// <summary>A machine with a node agent, reached when wanted; its workers are streams of a link, and lost with it.</summary>
/// <remarks>
/// One lock guards everything here; nothing is called under it. All ways in which a connection can end lead to
/// <see cref="OnLinkEnded"/>, once, with the first cause.
/// </remarks>
internal sealed partial class RemoteHost : PoolHost
{
    // Long enough that a worker that is replaced, or a call that follows another, finds it still connected.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(10);

    private readonly IAgentConnector _connector;
    private readonly HostsLauncher _launcher;
    private readonly TimeProvider _clock;
    private readonly object _gate = new();
    private readonly List<PlacedConnection> _waiting = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer _lingerTimer;
    private readonly ITimer _drainTimer;
    private StartRetries _workerStarts;
    private HostStage _stage;
    private AgentSession? _session;
    private HostFacts? _facts;
    private string? _lastError;
    private ReachRetries _failures;
    private bool _hasWorked;
    private bool _reaching;
    private bool _closed;
    private Task _ending = Task.CompletedTask;

    public RemoteHost(IAgentConnector connector, HostsLauncher launcher, PoolOptions options)
    {
        (_connector, _launcher, _clock) = (connector, launcher, options.Clock);
        _lingerTimer = _clock.CreateTimer(static state => ((RemoteHost)state!).OnLingered(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _drainTimer = _clock.CreateTimer(static state => ((RemoteHost)state!).Drain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override string Name => _connector.HostName;

    public override HostStage Stage
    {
        get
        {
            lock (_gate)
            {
                return _stage;
            }
        }
    }

    public override int Places => KnownPlaces ?? 1;

    private int? KnownPlaces => _connector.Workers ?? Volatile.Read(ref _facts)?.ProcessorCount;

    public override HostStatus GetStatus()
    {
        lock (_gate)
        {
            return new HostStatus(Name, _connector.CommandText, _stage, KnownPlaces, Used, _facts, _lastError);
        }
    }

    public override void Begin(PlacedConnection worker)
    {
        RemoteConnection? begun = null;
        bool isOver;
        lock (_gate)
        {
            isOver = _closed || _stage == HostStage.Out;
            if (!isOver && _stage == HostStage.Connected && !_session!.IsEnding)
            {
                begun = NewConnection(worker);
            }
            else if (!isOver)
            {
                _waiting.Add(worker);
            }
        }

        if (isOver)
        {
            // It was given up since the launcher had chosen it.
            _launcher.PlaceAgain(this, worker);
        }
        else if (begun is null)
        {
            if (worker.IsAborted)
            {
                // Whoever aborted it may have looked for it before it was here.
                Withdraw(worker);
            }

            Reach();
        }
        else
        {
            worker.Begin(begun);
        }
    }

    public void Withdraw(PlacedConnection worker)
    {
        bool isLast;
        lock (_gate)
        {
            if (!_waiting.Remove(worker))
            {
                return;
            }

            isLast = _waiting.Count == 0;
        }

        worker.EndUnbegun(new OperationCanceledException());
        if (isLast)
        {
            Isolated.Call(CancelUnwanted);
        }
    }

    public override void OnGone()
    {
        lock (_gate)
        {
            if (_closed || _session is not { Workers.Count: 0 })
            {
                return;
            }
        }

        if (Stage == HostStage.Draining)
        {
            OnLingered();
        }
        else
        {
            _ = _lingerTimer.Change(Linger, Timeout.InfiniteTimeSpan);
        }
    }

    public override async Task CloseAsync()
    {
        AgentSession? session;
        PlacedConnection[] waiting;
        Task reaching;
        Task ending;
        lock (_gate)
        {
            _closed = true;
            session = _session;
            waiting = [.. _waiting];
            _waiting.Clear();
            reaching = _reach;
        }

        Isolated.Call(_closing.Cancel);
        foreach (PlacedConnection worker in waiting)
        {
            Isolated.Call(worker.EndUnbegun, new OperationCanceledException());
        }

        await reaching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            ending = _ending;
        }

        await ending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (session is not null)
        {
            await session.EndAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _lingerTimer.Dispose();
        _drainTimer.Dispose();
    }

    public override void KillNow()
    {
        AgentSession? session;
        lock (_gate)
        {
            _closed = true;
            session = _session;
        }

        Isolated.Call(_closing.Cancel);
        session?.Abort();
    }

    private void OnLingered()
    {
        AgentSession? session;
        lock (_gate)
        {
            if (_session is not { Workers.Count: 0 })
            {
                return;
            }

            // No worker begins there any more.
            session = _session;
            session.IsEnding = true;
        }

        _ = session.EndAsync();
    }

    /// <summary>The one way in which a connection ends, whoever ended it; called once for each, with the first cause.</summary>
    private void OnLinkEnded(AgentSession session, string reason)
    {
        RemoteConnection[] lost;
        bool isFailure;
        bool isTimeOver;
        bool wasEnding = session.IsEnding;
        Task ending = session.EndAsync();
        lock (_gate)
        {
            lost = [.. session.Workers.Values];
            session.Workers.Clear();
            isFailure = !session.WasReady && !wasEnding;
            isTimeOver = _stage == HostStage.Draining && !_connector.RenewsTime;
            _session = null;
            _ending = ending;
            Note(HostEvent.Ended);

            _lastError = wasEnding ? _lastError : reason;
        }

        string standardError = session.Channel.StandardError;
        foreach (RemoteConnection worker in lost)
        {
            Isolated.Call(() => worker.Lose(reason, standardError));
        }

        if (isTimeOver)
        {
            // However often it was tried, it would have no more time than before.
            GiveUp(TimeOver(_facts));
        }
        else if (isFailure)
        {
            OnFailure(new HostConnectionException(Name, reason) { WasKilled = session.WasCutOff });
        }

        _launcher.OnChanged();
        Reach();
    }

    private void GiveUp(Exception reason)
    {
        PlacedConnection[] waiting;
        IConnectionOwner[] owners;
        lock (_gate)
        {
            if (_stage == HostStage.Out || _closed)
            {
                return;
            }

            owners = OwnersOfWorkers();

            Note(HostEvent.GivenUp);
            _lastError = reason.Message;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        // What runs there is finished first.
        Isolated.Call(() => _launcher.OnDraining(owners));
        OnGone();
        _launcher.OnOut(this, reason, waiting);
    }

    private void Note(HostEvent what) =>
        _stage = HostTransitions.Next(_stage, what) ?? throw new InvalidOperationException($"{_stage}, {what}");
}
