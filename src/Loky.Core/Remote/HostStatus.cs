namespace Loky.Remote;

/// <summary>A host of a pool at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Command">The command that leads there; empty for this machine.</param>
/// <param name="Stage">How far it is.</param>
/// <param name="Places">How many workers there may be; null while that is not known.</param>
/// <param name="Workers">How many there are.</param>
/// <param name="Facts">What it has told of itself, or null.</param>
/// <param name="LastError">What went wrong last, or null.</param>
internal sealed record HostStatus(string Name, string Command, HostStage Stage, int? Places, int Workers, HostFacts? Facts, string? LastError);
