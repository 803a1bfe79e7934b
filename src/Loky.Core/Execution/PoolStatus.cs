using Loky.Remote;
using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>What a pool is doing at one moment.</summary>
internal sealed record PoolStatus
{
    public required PoolState State { get; init; }

    public required int MaxWorkers { get; init; }

    public required TimeSpan IdleTimeout { get; init; }

    public required long TasksPending { get; init; }

    public required long TasksDone { get; init; }

    /// <summary>Gets how many workers died and were replaced.</summary>
    public required int Restarts { get; init; }

    /// <summary>Gets the hosts; none where there is only this machine.</summary>
    public required IReadOnlyList<HostStatus> Hosts { get; init; }

    public required IReadOnlyList<WorkerStatus> Workers { get; init; }
}
