using Loky.Channel;
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

            // One that is not what it should be was killed for that, and the next one is no other.
            bool isRefused = end.Failure is ProtocolException;
            _starts.Note(startedAt, end.Exit.WasKilled && !isRefused, now);
            reason = new HostConnectionException(
                Name, end.Failure is not null && (isRefused || end.Exit.ProcessId == 0) ? end.Failure.Message : end.Exit.ToException(wasStarting: true).Message);
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
