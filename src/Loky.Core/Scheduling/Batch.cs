using Loky.Execution;

namespace Loky.Scheduling;

/// <summary>
/// Items that were sent to a worker together. Guarded by the pool's lock. It belongs to its worker, which uses it again
/// for later items: nobody looks at it once the worker has put it off its list.
/// </summary>
internal sealed class Batch
{
    public TaskGroup Group { get; private set; } = null!;

    /// <summary>Gets or sets the items: fewer than were sent, when the worker has given some back.</summary>
    public ItemRange Items { get; set; }

    /// <summary>Gets or sets a value indicating whether the worker was asked to give back what has not started.</summary>
    public bool IsRecalled { get; set; }

    public long FirstSequence { get; private set; }

    /// <summary>Gets when the items were sent, in universal time.</summary>
    public DateTime SentAt { get; private set; }

    public int Ended { get; set; }

    public ItemRange Rest => Items.Skip(Ended);

    /// <summary>Gets how many those are.</summary>
    public int RestCount => Items.Count - Ended;

    /// <summary>Makes it that of some items.</summary>
    public void Fill(TaskGroup group, ItemRange items, long firstSequence, DateTime sentAt)
    {
        (Group, FirstSequence, SentAt) = (group, firstSequence, sentAt);
        (Items, Ended, IsRecalled) = (items, 0, false);
    }

    /// <summary>Lets go of the items and their group, whose memory it would hold.</summary>
    public void Clear() => (Group, Items) = (null!, default);
}
