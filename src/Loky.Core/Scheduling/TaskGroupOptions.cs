namespace Loky.Scheduling;

/// <summary>How the items of one group are to be scheduled.</summary>
internal sealed record TaskGroupOptions
{
    /// <summary>The defaults: all workers, automatic batches, no retry.</summary>
    public static readonly TaskGroupOptions Default = new();

    /// <summary>Gets how many workers may run items of the group at a time; null for all.</summary>
    public int? MaxWorkers { get; init; }

    /// <summary>Gets how many items are sent to a worker together; null to adapt to how long they take.</summary>
    public int? BatchSize { get; init; }

    /// <summary>
    /// Gets a value indicating whether items may wait in a worker behind others of the group. Not where items can
    /// depend on each other.
    /// </summary>
    public bool MayQueueInWorker { get; init; } = true;

    /// <summary>Gets what is known of earlier calls of the same: how long an item takes. Null for a call of its own kind.</summary>
    public ItemCost? Cost { get; init; }

    /// <summary>Gets how many times an item is run again after the worker that ran it died.</summary>
    public int Retries { get; init; }

    /// <summary>Gets how long one item may run; null for as long as it takes.</summary>
    public TimeSpan? TaskTimeout { get; init; }
}
