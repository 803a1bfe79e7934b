namespace Loky.Scheduling;

internal sealed record BreakReason(string Message)
{
    public bool IsTaskTimeout { get; init; }

    public bool IsStartTimeout { get; init; }

    public bool IsEndOfPool { get; init; }
}
