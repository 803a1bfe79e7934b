using Loky.Connections;
using Loky.Execution;
using Loky.Launch;
using Loky.Scheduling;

namespace Loky.Remote;

/// <summary>This machine, as one among others; it is out, too, where its workers die while they start.</summary>
internal sealed class LocalPoolHost(WorkerHost host, LocalLauncher workers, HostsLauncher launcher, TimeProvider clock) : PoolHost
{
    private readonly object _gate = new();
    private StartRetries _starts;
    private string? _lastError;
    private HostStage _stage = HostStage.Connected;

    public override string Name => host.Name;

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

    public override int Places { get; } = host.Workers ?? CpuCount.Available;

    public override void Begin(PlacedConnection worker) => worker.Begin(workers.Create(worker));

    public override HostStatus GetStatus()
    {
        lock (_gate)
        {
            return new(Name, string.Empty, _stage, Places, Used, null, _lastError);
        }
    }

    public void OnWorkerReady()
    {
        lock (_gate)
        {
            _starts = default;
        }
    }

    public void OnStartFailed(long startedAt, ConnectionEnd end)
    {
        HostConnectionException reason;
        lock (_gate)
        {
            long now = clock.GetTimestamp();
            _starts.Note(startedAt, end.Exit.WasKilled, now);
            reason = new HostConnectionException(Name, end.Exit.ProcessId == 0 && end.Failure is not null ? end.Failure.Message : end.Exit.ToException(wasStarting: true).Message);
            _lastError = reason.Message;
            if (_stage == HostStage.Out || !_starts.IsHopeless(now))
            {
                return;
            }

            _stage = HostStage.Out;
        }

        launcher.OnOut(this, reason, []);
    }
}
