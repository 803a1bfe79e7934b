namespace Loky.Remote;

/// <summary>A host of a pool at one moment; this machine has no command, and places may not be known yet.</summary>
internal sealed record HostStatus(string Name, string Command, HostStage Stage, int? Places, int Workers, HostFacts? Facts, string? LastError);
