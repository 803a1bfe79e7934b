namespace Loky.Connections;

/// <summary>What a worker was doing at one moment. Times are time stamps of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
/// <param name="Started">The sequence number of the item that was started last; 0 before the first.</param>
/// <param name="StartedAt">When it was started; 0 before the first.</param>
/// <param name="HeldSince">Since when it waits for its output to be read; 0 while it does not.</param>
internal readonly record struct LedgerEntry(long Started, long StartedAt, long HeldSince);
