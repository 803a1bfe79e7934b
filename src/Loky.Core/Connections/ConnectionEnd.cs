namespace Loky.Connections;

/// <summary>How a worker ended, and what it leaves to be accounted for.</summary>
/// <param name="Exit">How its process ended; process id 0 where it never had one.</param>
/// <param name="Started">The sequence number of the item that may have started last; 0 where none has.</param>
/// <param name="Unsent">The payload of the frame of records that it had not sent; empty if there is none.</param>
/// <param name="Failure">What went wrong beside, or null.</param>
internal sealed record ConnectionEnd(WorkerExit Exit, long Started, byte[] Unsent, Exception? Failure)
{
    /// <summary>Gets a value indicating whether the launcher keeps account of starts that fail there, and says itself when there is no hope.</summary>
    public bool IsAccountedFor { get; init; }

    /// <summary>Gets when that item was started, as a time stamp of <see cref="System.Diagnostics.Stopwatch"/>; 0 where nobody knows.</summary>
    public long StartedAt { get; init; }
}
