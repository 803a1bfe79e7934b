namespace Loky.Scheduling;

/// <summary>How the items of one group are to be scheduled.</summary>
internal sealed record TaskGroupOptions
{
    public static readonly TaskGroupOptions Default = new();

    /// <summary>Gets how many workers may run items of the group at a time; null for all.</summary>
    public int? MaxWorkers { get; init; }

    /// <summary>Gets how many items are sent to a worker together; null to adapt to how long they take.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Gets a value indicating whether items may wait behind others in a worker: not if they may need them.</summary>
    public bool MayQueueInWorker { get; init; } = true;

    /// <summary>Gets what is known of how long items of earlier calls took; null for a call of its own kind.</summary>
    public ItemCost? Cost { get; init; }

    public int Retries { get; init; }

    /// <summary>Gets how long one item may run; null for as long as it takes.</summary>
    public TimeSpan? TaskTimeout { get; init; }
}
