namespace Loky.Runs;

/// <summary>Where, and as which, an attempt was made; the host is null for this machine, the time universal.</summary>
internal sealed record AttemptPlace(string? Host, int ProcessId, int Worker, int Attempt, DateTime SentAt);
