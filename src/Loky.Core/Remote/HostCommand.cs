namespace Loky.Remote;

/// <summary>The command that leads to a host.</summary>
internal sealed record HostCommand
{
    /// <summary>Gets the host's name as errors and tables show it.</summary>
    public required string HostName { get; init; }

    /// <summary>Gets the program and its arguments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Gets the command as errors show it.</summary>
    public required string Text { get; init; }

    /// <summary>Gets how many workers are wanted there; null for as many as the host has processors.</summary>
    public int? Workers { get; init; }

    /// <summary>Gets what tells, from a line that the command writes to its standard error, that it waits for a place or has got one; null where it never waits.</summary>
    public Func<string, HostStage?>? StageOf { get; init; }

    /// <summary>Gets a value indicating whether each run of the command gets a time limit of its own: it asks for a new allocation.</summary>
    public bool RenewsTime { get; init; }

    /// <summary>Gets a value indicating whether the command is ended when nobody writes to it any more, because it does not see that by itself while it waits.</summary>
    public bool EndsWithInput { get; init; }
}
