using Loky.Channel;
using Loky.Connections;
using Loky.Diagnosis;
using Loky.Execution;
using Loky.Launch;

namespace Loky.Remote;

/// <summary>
/// Makes workers on several machines, where most places are free. A host that fails too often is out, which is said once,
/// and its workers that had not begun go to the others.
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

    public IReadOnlyDictionary<string, string> BaseEnvironment => _local.BaseEnvironment;

    public WorkerSetup Setup => _local.Setup!;

    /// <summary>Gets what every worker must be able to do: what those of this machine can.</summary>
    public Capabilities Needed => _local.Command.Capabilities;

    public IReadOnlyDictionary<string, string?> Environment => _local.Environment ?? new Dictionary<string, string?>();

    public int ThreadsAsked => _local.Threads.Asked;

    public int Depth => _local.Depth;

    public int Room => Volatile.Read(ref _room);

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

    public void Attach(ILauncherOwner owner) => _owner = owner;

    public IConnection Create(IConnectionOwner owner) => new PlacedConnection(this, owner, _clock);

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

    public static void Withdraw(PlacedConnection worker)
    {
        if (worker.Host is RemoteHost host)
        {
            host.Withdraw(worker);
        }
    }

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

    public void OnChanged()
    {
        CountRoom();
        _owner?.OnRoomChanged();
    }

    public void OnDraining(IReadOnlyCollection<IConnectionOwner> workers)
    {
        CountRoom();
        _owner?.OnDraining(workers);
    }

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

    public async Task CloseAsync()
    {
        _closed = true;
        await Task.WhenAll(_hosts.Select(static host => host.CloseAsync())).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Attempts.Dispose();
    }

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
