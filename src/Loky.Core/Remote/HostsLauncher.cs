using Loky.Channel;
using Loky.Connections;
using Loky.Diagnosis;
using Loky.Execution;
using Loky.Launch;

namespace Loky.Remote;

/// <summary>
/// Makes workers on several machines: each new one where most places are free. A host that fails too often is out, and
/// said once; its workers that had not begun go to the others.
/// </summary>
internal sealed class HostsLauncher : ILauncher
{
    private const int MaxAttempts = 8;

    private readonly LocalLauncher _local;
    private readonly TimeProvider _clock;
    private readonly object _gate = new();
    private readonly List<PoolHost> _hosts = [];
    private readonly Dictionary<PoolHost, Exception> _out = [];
    private ILauncherOwner? _owner;
    private int _room;
    private volatile bool _closed;

    /// <summary>Makes a launcher of the hosts of a pool. Reaches none yet.</summary>
    public HostsLauncher(PoolOptions options, LocalLauncher local)
    {
        (_local, _clock) = (local, options.Clock);
        foreach (WorkerHost host in options.Hosts)
        {
            if (host.IsThisMachine)
            {
                _hosts.Add(new LocalPoolHost(host, local, this, options.Clock));
                continue;
            }

            foreach (IAgentConnector connector in host.CreateConnectors())
            {
                _hosts.Add(new RemoteHost(connector, this, options));
            }
        }

        CountRoom();
    }

    /// <summary>Gets what bounds how many hosts are being reached at a time.</summary>
    public SemaphoreSlim Attempts { get; } = new(MaxAttempts);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> BaseEnvironment => _local.BaseEnvironment;

    /// <summary>Gets what a worker is told once it is connected.</summary>
    public WorkerSetup Setup => _local.Setup!;

    /// <summary>Gets variables of the workers beyond those of their hosts.</summary>
    public IReadOnlyDictionary<string, string?> Environment => _local.Environment ?? new Dictionary<string, string?>();

    /// <summary>Gets how many threads were asked for in each worker; 0 for none in particular.</summary>
    public int ThreadsAsked => _local.Threads.Asked;

    /// <summary>Gets how many executors are nested above its workers.</summary>
    public int Depth => _local.Depth;

    /// <inheritdoc/>
    public int Room => Volatile.Read(ref _room);

    /// <inheritdoc/>
    public IReadOnlyList<HostStatus> Hosts
    {
        get
        {
            lock (_gate)
            {
                return [.. _hosts.Select(static host => host.GetStatus())];
            }
        }
    }

    /// <inheritdoc/>
    public void Attach(ILauncherOwner owner) => _owner = owner;

    /// <inheritdoc/>
    public IConnection Create(IConnectionOwner owner) => new PlacedConnection(this, owner, _clock);

    /// <summary>Finds a host for a worker, and has it begin there.</summary>
    public void Place(PlacedConnection worker)
    {
        PoolHost? host;
        lock (_gate)
        {
            // One that is up comes before one that has to be reached first, as long as it has places.
            host = _hosts
                .Where(static host => host.Stage != HostStage.Out)
                .OrderBy(static host => host.Stage == HostStage.Draining)
                .ThenBy(static host => host.Used >= host.Places)
                .ThenBy(static host => !host.IsUp)
                .ThenBy(static host => (host.Used + 1.0) / host.Places)
                .FirstOrDefault();
            worker.Host = host;
            if (host is not null)
            {
                host.Used++;
            }
        }

        if (host is null)
        {
            worker.EndUnbegun(Hopeless());
        }
        else
        {
            host.Begin(worker);
        }
    }

    /// <summary>Finds another host for a worker that could not begin where it was placed.</summary>
    public void PlaceAgain(PoolHost host, PlacedConnection worker)
    {
        lock (_gate)
        {
            host.Used--;
            worker.Host = null;
        }

        if (worker.IsAborted || _closed)
        {
            worker.EndUnbegun(new OperationCanceledException());
        }
        else
        {
            Place(worker);
        }
    }

    /// <summary>Takes back a worker that is no longer wanted and has not begun.</summary>
    public static void Withdraw(PlacedConnection worker)
    {
        if (worker.Host is RemoteHost host)
        {
            host.Withdraw(worker);
        }
    }

    /// <summary>Notes that a worker is gone, and its place free.</summary>
    public void Release(PlacedConnection worker)
    {
        PoolHost? host = worker.Host;
        lock (_gate)
        {
            if (host is not null)
            {
                host.Used--;
            }
        }

        host?.OnGone();
    }

    /// <summary>Notes that a host can have more workers than before, or fewer.</summary>
    public void OnChanged()
    {
        CountRoom();
        _owner?.OnRoomChanged();
    }

    /// <summary>Notes that workers of a host are to end with what they have.</summary>
    public void OnDraining(IReadOnlyCollection<IConnectionOwner> workers)
    {
        CountRoom();
        _owner?.OnDraining(workers);
    }

    /// <summary>Notes that a host is given up.</summary>
    /// <param name="host">The host.</param>
    /// <param name="reason">Why.</param>
    /// <param name="waiting">Its workers that had not begun.</param>
    public void OnOut(PoolHost host, Exception reason, IReadOnlyList<PlacedConnection> waiting)
    {
        bool isLast;
        lock (_gate)
        {
            _out[host] = reason;
            host.Used -= waiting.Count;
            isLast = _hosts.TrueForAll(static host => host.Stage == HostStage.Out);
        }

        CountRoom();
        if (isLast)
        {
            Isolated.Call(() => _owner?.OnHopeless(Hopeless()));
        }
        else
        {
            Isolated.Call(() => _owner?.OnWarning(MessageText.Format(Messages.HostOut, host.Name, reason.Message)));
        }

        foreach (PlacedConnection worker in waiting)
        {
            Isolated.Call(Place, worker);
        }

        Isolated.Call(() => _owner?.OnRoomChanged());
    }

    /// <inheritdoc/>
    public async Task CloseAsync()
    {
        _closed = true;
        await Task.WhenAll(_hosts.Select(static host => host.CloseAsync())).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Attempts.Dispose();
    }

    /// <inheritdoc/>
    public void KillNow() => _hosts.ForEach(static host => Isolated.Call(static host => host.KillNow(), host));

    private HostConnectionException Hopeless()
    {
        Exception[] reasons;
        lock (_gate)
        {
            reasons = [.. _out.Values];
        }

        string all = string.Join(System.Environment.NewLine, reasons.Select(static reason => reason.Message));
        return new HostConnectionException(
            string.Join(", ", reasons.OfType<HostConnectionException>().Select(static reason => reason.HostName)),
            MessageText.Format(Messages.NoHostLeft, all),
            reasons is [var only] ? only : new AggregateException(reasons));
    }

    private void CountRoom()
    {
        lock (_gate)
        {
            int room = _hosts.Where(static host => host.Stage is not (HostStage.Out or HostStage.Draining)).Sum(static host => host.Places);

            // While the last one drains, its items wait for it to come back, or to be out.
            Volatile.Write(ref _room, Math.Max(1, room));
        }
    }
}
