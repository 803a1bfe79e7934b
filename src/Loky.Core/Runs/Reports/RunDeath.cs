namespace Loky.Runs.Reports;

/// <summary>The end of a worker in the middle of an item.</summary>
/// <param name="Bar">The item.</param>
/// <param name="Host">The machine.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="Exit">How it ended.</param>
/// <param name="Cause">The likely reason.</param>
/// <param name="IsRetried">Whether the item was tried again.</param>
internal sealed record RunDeath(RunBar Bar, string Host, int ProcessId, string Exit, string Cause, bool IsRetried);
