namespace Loky.Remote;

/// <summary>What a host has told of itself.</summary>
/// <param name="MachineName">The machine's own name for itself.</param>
/// <param name="ProcessId">The node agent's process.</param>
/// <param name="ProcessorCount">How many processors it may use.</param>
/// <param name="OperatingSystem">The operating system and its architecture.</param>
/// <param name="Versions">The versions of what runs the agent, by name, .NET among them.</param>
/// <param name="EndsAt">When the host's time is over (a walltime limit); null where it has no end.</param>
internal sealed record HostFacts(
    string MachineName,
    int ProcessId,
    int ProcessorCount,
    string OperatingSystem,
    IReadOnlyDictionary<string, string> Versions,
    DateTimeOffset? EndsAt);
