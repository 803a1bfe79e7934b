namespace Loky.Runs;

/// <summary>One line of a log, which the reader uses again for the next; times are microseconds since the Unix epoch.</summary>
internal sealed class RunLogEntry
{
    public RunLogLineKind Kind { get; set; }

    public RunLogHeader? Header { get; set; }

    public long Item { get; set; }

    public int Attempt { get; set; }

    public AttemptOutcome Outcome { get; set; }

    /// <summary>Gets or sets the machine that it ran on; null where it was not sent.</summary>
    public string? Host { get; set; }

    public int ProcessId { get; set; }

    public int Worker { get; set; }

    /// <summary>Gets or sets when the item was there to be run.</summary>
    public long Queued { get; set; }

    public long Started { get; set; }

    public long Ended { get; set; }

    public long BytesIn { get; set; }

    public long BytesOut { get; set; }

    /// <summary>Gets or sets what the encoded item is known by.</summary>
    public ItemHash Hash { get; set; }

    /// <summary>Gets or sets what identifies its first error.</summary>
    public string? Error { get; set; }

    public string? Exit { get; set; }

    public string? Cause { get; set; }

    public bool IsRetried { get; set; }

    /// <summary>Gets or sets, of the end of a run, how many items its input had.</summary>
    public long Items { get; set; }

    public long Skipped { get; set; }

    public bool IsCancelled { get; set; }

    /// <summary>Gets how long the attempt ran, in microseconds.</summary>
    public long Duration => Math.Max(0, Ended - Started);

    /// <summary>Forgets everything but the call.</summary>
    public void Clear()
    {
        (Item, Attempt, Outcome, Host, ProcessId, Worker) = (0, 0, default, null, 0, 0);
        (Queued, Started, Ended, BytesIn, BytesOut, Hash) = (0, 0, 0, 0, 0, default);
        (Error, Exit, Cause, IsRetried, Items, Skipped, IsCancelled) = (null, null, null, false, 0, 0, false);
    }
}
