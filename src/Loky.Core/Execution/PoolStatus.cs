using Loky.Remote;
using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>What a pool is doing at one moment.</summary>
internal sealed record PoolStatus
{
    /// <summary>Gets the state.</summary>
    public required PoolState State { get; init; }

    /// <summary>Gets the largest number of workers.</summary>
    public required int MaxWorkers { get; init; }

    /// <summary>Gets how long a worker may be idle.</summary>
    public required TimeSpan IdleTimeout { get; init; }

    /// <summary>Gets how many items wait to be sent to a worker.</summary>
    public required long TasksPending { get; init; }

    /// <summary>Gets how many items have ended.</summary>
    public required long TasksDone { get; init; }

    /// <summary>Gets how many workers died and were replaced.</summary>
    public required int Restarts { get; init; }

    /// <summary>Gets the hosts; none where there is only this machine.</summary>
    public required IReadOnlyList<HostStatus> Hosts { get; init; }

    /// <summary>Gets the workers.</summary>
    public required IReadOnlyList<WorkerStatus> Workers { get; init; }
}
