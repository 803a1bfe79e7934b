namespace Loky.Execution;

/// <summary>Items that were sent to a worker together. Guarded by the pool's lock.</summary>
internal sealed class Batch(TaskGroup group, ItemRange items, long firstSequence)
{
    /// <summary>Gets the group of the items.</summary>
    public TaskGroup Group { get; } = group;

    /// <summary>Gets the items.</summary>
    public ItemRange Items { get; } = items;

    /// <summary>Gets the number, within the worker, of the first item.</summary>
    public long FirstSequence { get; } = firstSequence;

    /// <summary>Gets or sets how many of the items have ended.</summary>
    public int Ended { get; set; }

    /// <summary>Gets the items that have not ended.</summary>
    public ItemRange Rest => Items.Skip(Ended);
}
