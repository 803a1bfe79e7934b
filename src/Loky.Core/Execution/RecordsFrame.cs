using Loky.Channel;

namespace Loky.Execution;

/// <summary>Records as they came from a worker, for the group they belong to; whoever gets it disposes of it.</summary>
internal sealed class RecordsFrame(RecordsHeader header, long firstIndex, ReadOnlyMemory<byte> payload, IDisposable? owner) : IDisposable
{
    /// <summary>Gets the index, in the group, of the item that the first record belongs to.</summary>
    public long FirstIndex { get; } = firstIndex;

    /// <summary>Gets which attempt of its items the records are of, from 1.</summary>
    public int Attempt { get; init; } = 1;

    public int EndedCount => header.EndedCount;

    public ReadOnlyMemory<byte> Records => payload[RecordsHeader.Size..];

    public void Dispose() => owner?.Dispose();
}
