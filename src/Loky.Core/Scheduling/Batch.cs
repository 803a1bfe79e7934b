using Loky.Execution;

namespace Loky.Scheduling;

/// <summary>Items that were sent to a worker together. Guarded by the pool's lock.</summary>
internal sealed class Batch(TaskGroup group, ItemRange items, long firstSequence)
{
    public TaskGroup Group { get; } = group;

    /// <summary>Gets or sets the items: fewer than were sent, when the worker has given some back.</summary>
    public ItemRange Items { get; set; } = items;

    /// <summary>Gets or sets a value indicating whether the worker was asked to give back what has not started.</summary>
    public bool IsRecalled { get; set; }

    public long FirstSequence { get; } = firstSequence;

    /// <summary>Gets when the items were sent, in universal time, where the group's attempts are observed.</summary>
    public DateTime SentAt { get; init; }

    public int Ended { get; set; }

    public ItemRange Rest => Items.Skip(Ended);
}
