using Loky.Execution;
using Loky.Runs;
using Loky.Scheduling;

namespace Loky.PowerShell.Execution;

/// <summary>How a call is to run.</summary>
internal sealed record CallOptions
{
    /// <summary>Gets how its items are scheduled.</summary>
    public TaskGroupOptions Scheduling { get; init; } = TaskGroupOptions.Default;

    /// <summary>Gets a value indicating whether results come in the order of the items.</summary>
    public bool Ordered { get; init; }

    /// <summary>Gets the log that it keeps, or null.</summary>
    public RunLog? Log { get; init; }

    /// <summary>Gets how long the whole call may take.</summary>
    public TimeSpan Limit { get; init; } = Timeout.InfiniteTimeSpan;
}
