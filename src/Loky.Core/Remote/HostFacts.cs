namespace Loky.Remote;

/// <summary>What a host has told of itself; its time, if it has a walltime limit, is over at <c>EndsAt</c>.</summary>
internal sealed record HostFacts(
    string MachineName,
    int ProcessId,
    int ProcessorCount,
    string OperatingSystem,
    IReadOnlyDictionary<string, string> Versions,
    DateTimeOffset? EndsAt);
