using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>What a worker is doing at one moment; held back, it waits until more of its output is read.</summary>
internal sealed record WorkerStatus(int Number, int ProcessId, WorkerState State, int TasksRunning, long TasksDone, bool IsHeldBack)
{
    /// <summary>Gets the name of the machine that it runs on; null for this one.</summary>
    public string? HostName { get; init; }

    /// <summary>Gets the number, in its call, of the item that it runs; null where it runs none.</summary>
    public long? RunningItem { get; init; }

    public TimeSpan RunningFor { get; init; }
}
