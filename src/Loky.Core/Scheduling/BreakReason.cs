namespace Loky.Scheduling;

/// <summary>Why the parent ended a worker by force.</summary>
/// <param name="Message">The reason, as a sentence.</param>
internal sealed record BreakReason(string Message)
{
    /// <summary>Gets a value indicating whether the running item took longer than it may.</summary>
    public bool IsTaskTimeout { get; init; }

    /// <summary>Gets a value indicating whether the worker took longer to prepare itself than it may.</summary>
    public bool IsStartTimeout { get; init; }

    /// <summary>Gets a value indicating whether all workers of the pool are ended.</summary>
    public bool IsEndOfPool { get; init; }
}
