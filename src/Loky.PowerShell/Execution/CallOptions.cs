using Loky.Execution;
using Loky.Runs;
using Loky.Scheduling;

namespace Loky.PowerShell.Execution;

internal sealed record CallOptions
{
    public TaskGroupOptions Scheduling { get; init; } = TaskGroupOptions.Default;

    public bool Ordered { get; init; }

    public RunLog? Log { get; init; }

    /// <summary>Gets how long the whole call may take.</summary>
    public TimeSpan Limit { get; init; } = Timeout.InfiniteTimeSpan;
}
