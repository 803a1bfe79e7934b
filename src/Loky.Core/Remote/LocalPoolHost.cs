using Loky.Execution;
using Loky.Launch;

namespace Loky.Remote;

/// <summary>This machine, as one among others.</summary>
internal sealed class LocalPoolHost(WorkerHost host, LocalLauncher launcher) : PoolHost
{
    /// <inheritdoc/>
    public override string Name => host.Name;

    /// <inheritdoc/>
    public override HostStage Stage => HostStage.Connected;

    /// <inheritdoc/>
    public override int Places { get; } = host.Workers ?? CpuCount.Available;

    /// <inheritdoc/>
    public override void Begin(PlacedConnection worker) => worker.Begin(launcher.Create(worker));

    /// <inheritdoc/>
    public override HostStatus GetStatus() => new(Name, string.Empty, Stage, Places, Used, null, null);
}
