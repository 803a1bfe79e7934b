namespace Loky.Scheduling;

/// <summary>A run of items of one chunk, from a place in it and an index in the group; the first attempt is 1.</summary>
internal readonly record struct ItemRange(ItemChunk Chunk, int Start, int Count, long FirstIndex, int Attempt)
{
    /// <summary>Gets the host that they were last lost on; null where they were not, or this machine is the only one.</summary>
    public string? LostOn { get; init; }

    public ItemRange Take(int count) => this with { Count = count };

    public ItemRange Skip(int count) =>
        this with { Start = Start + count, Count = Count - count, FirstIndex = FirstIndex + count };
}
