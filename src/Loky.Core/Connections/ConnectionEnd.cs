namespace Loky.Connections;

/// <summary>How a worker ended, and what it leaves to be accounted for.</summary>
/// <param name="Exit">How its process ended; process id 0 where it never had one.</param>
/// <param name="Started">The sequence number of the item that may have started last; 0 where none has.</param>
/// <param name="Unsent">The payload of the frame of records that it had not sent; empty if there is none.</param>
/// <param name="Failure">What went wrong beside, or null.</param>
internal sealed record ConnectionEnd(WorkerExit Exit, long Started, byte[] Unsent, Exception? Failure)
{
    /// <summary>Gets a value indicating whether the launcher counts failed starts itself, and says when to give up.</summary>
    public bool IsAccountedFor { get; init; }

    /// <summary>Gets when that item started, as a <see cref="System.Diagnostics.Stopwatch"/> time stamp; 0 if unknown.</summary>
    public long StartedAt { get; init; }
}
