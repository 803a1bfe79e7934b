namespace Loky.Remote;

/// <summary>The command that leads to a host.</summary>
internal sealed record HostCommand
{
    /// <summary>Gets the host's name as errors and tables show it.</summary>
    public required string HostName { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Gets the command as errors show it.</summary>
    public required string Text { get; init; }

    /// <summary>Gets how many workers are wanted there; null for as many as the host has processors.</summary>
    public int? Workers { get; init; }

    /// <summary>Gets what reads a wait for a place, or its end, in a line of standard error; null if it never waits.</summary>
    public Func<string, HostStage?>? StageOf { get; init; }

    /// <summary>Gets a value indicating whether each run has a time limit of its own, as it asks for a new allocation.</summary>
    public bool RenewsTime { get; init; }

    /// <summary>Gets a value indicating whether it must be ended with its input, which it does not see while it waits.</summary>
    public bool EndsWithInput { get; init; }
}
