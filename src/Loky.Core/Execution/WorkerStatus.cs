using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>What a worker is doing at one moment.</summary>
/// <param name="Number">Its number within the pool.</param>
/// <param name="ProcessId">Its process id; 0 before it has one.</param>
/// <param name="State">Its state.</param>
/// <param name="TasksRunning">How many items it has that have not ended.</param>
/// <param name="TasksDone">How many items it has run.</param>
/// <param name="IsHeldBack">Whether it waits, in the middle of an item or before the next, until more of its output is read.</param>
internal sealed record WorkerStatus(int Number, int ProcessId, WorkerState State, int TasksRunning, long TasksDone, bool IsHeldBack)
{
    /// <summary>Gets the name of the machine that it runs on; null for this one.</summary>
    public string? HostName { get; init; }

    /// <summary>Gets the number, in its call, of the item that it runs; null where it runs none.</summary>
    public long? RunningItem { get; init; }

    /// <summary>Gets how long it has been running that.</summary>
    public TimeSpan RunningFor { get; init; }
}
