namespace Loky.Runs;

/// <summary>One attempt to run an item, once it has ended. Times are universal.</summary>
internal readonly record struct Attempt
{
    /// <summary>Gets the item's number in the input of the call, from 1.</summary>
    public required long Item { get; init; }

    /// <summary>Gets how it ended.</summary>
    public required AttemptOutcome Outcome { get; init; }

    /// <summary>Gets where it was made; null where the item was never sent.</summary>
    public AttemptPlace? Place { get; init; }

    /// <summary>Gets when the item was there to be run.</summary>
    public DateTime Queued { get; init; }

    /// <summary>Gets when it began to run.</summary>
    public DateTime Started { get; init; }

    /// <summary>Gets when it ended.</summary>
    public DateTime Ended { get; init; }

    /// <summary>Gets the size of the encoded item.</summary>
    public int BytesIn { get; init; }

    /// <summary>Gets the size of what it wrote.</summary>
    public long BytesOut { get; init; }

    /// <summary>Gets what the encoded item is known by.</summary>
    public ItemHash Hash { get; init; }

    /// <summary>Gets what identifies its first error.</summary>
    public string? ErrorId { get; init; }

    /// <summary>Gets how the worker's process ended, where that ended the attempt.</summary>
    public string? Exit { get; init; }

    /// <summary>Gets the likely reason of that, as a sentence.</summary>
    public string? Cause { get; init; }

    /// <summary>Gets a value indicating whether the item is tried again.</summary>
    public bool IsRetried { get; init; }
}
