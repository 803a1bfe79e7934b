using Loky.Channel;
using Loky.Connections;

namespace Loky.Remote;

/// <summary>A worker that gets its host at its start, and another where that one is given up before it could begin.</summary>
internal sealed class PlacedConnection(HostsLauncher launcher, IConnectionOwner owner, TimeProvider clock) : IConnection, IConnectionOwner, ILedger
{
    private readonly object _gate = new();
    private IConnection? _connection;
    private PoolHost? _host;
    private bool _aborted;
    private bool _showsErrors;
    private bool _ended;
    private bool _wasReady;
    private long _begunAt;

    public int ProcessId => _connection?.ProcessId ?? 0;

    public string? HostName => Volatile.Read(ref _host) is { } host and not LocalPoolHost ? host.Name : null;

    public ILedger Ledger => _connection?.Ledger ?? this;

    public IConnectionOwner Owner => owner;

    /// <summary>Gets a value indicating whether its owner has ended it by force.</summary>
    public bool IsAborted => Volatile.Read(ref _aborted);

    /// <summary>Gets or sets the host that it has a place on, which is its launcher's to say.</summary>
    public PoolHost? Host
    {
        get => Volatile.Read(ref _host);
        set => Volatile.Write(ref _host, value);
    }

    public LedgerEntry Look() => default;

    public void Start() => launcher.Place(this);

    public void Begin(IConnection connection)
    {
        bool show;
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _connection = connection;
            show = _showsErrors;
        }

        // The end of an aborted one comes from there, too.
        _begunAt = clock.GetTimestamp();
        connection.Start();
        if (Volatile.Read(ref _aborted))
        {
            connection.Abort();
        }

        if (show)
        {
            connection.ShowErrors();
        }
    }

    /// <summary>Ends it without a worker, unless it has begun.</summary>
    public void EndUnbegun(Exception? reason)
    {
        lock (_gate)
        {
            if (_connection is not null || _ended)
            {
                return;
            }

            _ended = true;
        }

        OnEnded(new ConnectionEnd(new WorkerExit(0, null, string.Empty) { HostName = HostName }, 0, [], reason));
    }

    public void Enqueue(OutgoingFrame frame)
    {
        if (_connection is { } connection)
        {
            connection.Enqueue(frame);
        }
        else
        {
            frame.Release();
        }
    }

    public void Pump() => _connection?.Pump();

    public void Abort()
    {
        IConnection? connection;
        lock (_gate)
        {
            _aborted = true;
            connection = _connection;
        }

        if (connection is not null)
        {
            connection.Abort();
        }
        else
        {
            HostsLauncher.Withdraw(this);
        }
    }

    public void AbortNow()
    {
        Volatile.Write(ref _aborted, true);
        _connection?.AbortNow();
    }

    public void ShowErrors()
    {
        IConnection? connection;
        lock (_gate)
        {
            _showsErrors = true;
            connection = _connection;
        }

        connection?.ShowErrors();
    }

    public void OnStarted() => owner.OnStarted();

    public void OnConnected(Capabilities capabilities) => owner.OnConnected(capabilities);

    public void OnFrame(Frame frame)
    {
        if (!_wasReady && frame.Type == FrameType.Ready)
        {
            _wasReady = true;
            (_host as LocalPoolHost)?.OnWorkerReady();
        }

        owner.OnFrame(frame);
    }

    public void OnClosed(Exception? error) => owner.OnClosed(error);

    public void OnEnded(ConnectionEnd end)
    {
        try
        {
            if (_host is LocalPoolHost local && !_wasReady && !IsAborted)
            {
                local.OnStartFailed(_begunAt, end);
            }

            launcher.Release(this);
        }
        finally
        {
            owner.OnEnded(end with { IsAccountedFor = true });
        }
    }
}
