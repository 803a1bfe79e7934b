namespace Loky.Runs;

/// <summary>What the first line of a run tells of the call; no values of the call's own.</summary>
internal sealed record RunLogHeader
{
    public Guid Run { get; init; } = Guid.NewGuid();

    public int Version { get; init; } = RunLogFormat.Version;

    /// <summary>Gets when the call began, in universal time; the times of its lines count from here.</summary>
    public DateTime Started { get; init; } = DateTime.UtcNow;

    public string Host { get; init; } = Environment.MachineName;

    public int ProcessId { get; init; } = Environment.ProcessId;

    public required string Command { get; init; }

    /// <summary>Gets the SHA-256 of what is run for each item, as hexadecimal digits.</summary>
    public required string BlockHash { get; init; }

    /// <summary>Gets the file that it stands in, or null.</summary>
    public string? File { get; init; }

    /// <summary>Gets the line that it begins in; 0 where that is unknown.</summary>
    public int Line { get; init; }

    /// <summary>Gets a value indicating whether the run goes on with the one in front of it.</summary>
    public bool Resumes { get; init; }

    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, object?> Parameters { get; init; } = new Dictionary<string, object?>();
}
