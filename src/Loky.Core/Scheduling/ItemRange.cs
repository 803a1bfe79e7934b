namespace Loky.Scheduling;

/// <summary>A run of items of one chunk.</summary>
/// <param name="Chunk">Where they are.</param>
/// <param name="Start">The first one's place in the chunk.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstIndex">The first one's index in its group: 0 for the first item of a call.</param>
/// <param name="Attempt">1 for items that are run for the first time.</param>
internal readonly record struct ItemRange(ItemChunk Chunk, int Start, int Count, long FirstIndex, int Attempt)
{
    /// <summary>Gets the host that they were lost on the last time; null where they were not, or this machine is the only one.</summary>
    public string? LostOn { get; init; }

    /// <summary>Gets the first <paramref name="count"/> items.</summary>
    public ItemRange Take(int count) => this with { Count = count };

    /// <summary>Gets all but the first <paramref name="count"/> items.</summary>
    public ItemRange Skip(int count) =>
        this with { Start = Start + count, Count = Count - count, FirstIndex = FirstIndex + count };
}
