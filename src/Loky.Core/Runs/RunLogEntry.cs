namespace Loky.Runs;

/// <summary>One line of a log, as it was read. The reader uses it again for the next one.</summary>
internal sealed class RunLogEntry
{
    /// <summary>Gets or sets what it is.</summary>
    public RunLogLineKind Kind { get; set; }

    /// <summary>Gets or sets the call that the line belongs to.</summary>
    public RunLogHeader? Header { get; set; }

    /// <summary>Gets or sets the number of the item.</summary>
    public long Item { get; set; }

    /// <summary>Gets or sets the number of the attempt.</summary>
    public int Attempt { get; set; }

    /// <summary>Gets or sets how it ended.</summary>
    public AttemptOutcome Outcome { get; set; }

    /// <summary>Gets or sets the machine that it ran on; null where it was not sent.</summary>
    public string? Host { get; set; }

    /// <summary>Gets or sets the worker's process.</summary>
    public int ProcessId { get; set; }

    /// <summary>Gets or sets the number of the worker.</summary>
    public int Worker { get; set; }

    /// <summary>Gets or sets when the item was there to be run, in microseconds since the Unix epoch.</summary>
    public long Queued { get; set; }

    /// <summary>Gets or sets when it began to run, likewise.</summary>
    public long Started { get; set; }

    /// <summary>Gets or sets when it, or the run, ended, likewise.</summary>
    public long Ended { get; set; }

    /// <summary>Gets or sets the size of the encoded item.</summary>
    public long BytesIn { get; set; }

    /// <summary>Gets or sets the size of what it wrote.</summary>
    public long BytesOut { get; set; }

    /// <summary>Gets or sets what the encoded item is known by.</summary>
    public ItemHash Hash { get; set; }

    /// <summary>Gets or sets what identifies its first error.</summary>
    public string? Error { get; set; }

    /// <summary>Gets or sets how the worker's process ended.</summary>
    public string? Exit { get; set; }

    /// <summary>Gets or sets the likely reason of that.</summary>
    public string? Cause { get; set; }

    /// <summary>Gets or sets a value indicating whether the item was tried again.</summary>
    public bool IsRetried { get; set; }

    /// <summary>Gets or sets, of the end of a run, how many items its input had.</summary>
    public long Items { get; set; }

    /// <summary>Gets or sets how many of them were skipped.</summary>
    public long Skipped { get; set; }

    /// <summary>Gets or sets a value indicating whether the run was stopped.</summary>
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
