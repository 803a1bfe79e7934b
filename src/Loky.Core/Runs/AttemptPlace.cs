namespace Loky.Runs;

/// <summary>Where, and as which, an attempt was made.</summary>
/// <param name="Host">The name of the machine; null for this one.</param>
/// <param name="ProcessId">The id of the worker's process there.</param>
/// <param name="Worker">The number of the worker in its pool.</param>
/// <param name="Attempt">1 for the first.</param>
/// <param name="SentAt">When the item was sent to the worker, in universal time.</param>
internal sealed record AttemptPlace(string? Host, int ProcessId, int Worker, int Attempt, DateTime SentAt);
