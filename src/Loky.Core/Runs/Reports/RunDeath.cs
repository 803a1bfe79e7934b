namespace Loky.Runs.Reports;

/// <summary>The end of a worker in the middle of an item.</summary>
internal sealed record RunDeath(RunBar Bar, string Host, int ProcessId, string Exit, string Cause, bool IsRetried);
