namespace Loky.Runs;

/// <summary>One attempt to run an item, once it has ended; times are universal, sizes in bytes.</summary>
internal readonly record struct Attempt
{
    /// <summary>Gets the item's number in the input of the call, from 1.</summary>
    public required long Item { get; init; }

    public required AttemptOutcome Outcome { get; init; }

    /// <summary>Gets where it was made; null where the item was never sent.</summary>
    public AttemptPlace? Place { get; init; }

    /// <summary>Gets when the item was there to be run.</summary>
    public DateTime Queued { get; init; }

    public DateTime Started { get; init; }

    public DateTime Ended { get; init; }

    public int BytesIn { get; init; }

    public long BytesOut { get; init; }

    /// <summary>Gets what the encoded item is known by.</summary>
    public ItemHash Hash { get; init; }

    /// <summary>Gets what identifies its first error.</summary>
    public string? ErrorId { get; init; }

    /// <summary>Gets how the worker's process ended, where that ended the attempt.</summary>
    public string? Exit { get; init; }

    /// <summary>Gets the likely reason of that, as a sentence.</summary>
    public string? Cause { get; init; }

    public bool IsRetried { get; init; }
}
