using Loky.Channel;
using Loky.Wire;

namespace Loky.Hosting;

/// <summary>Items received together; a cursor over them. Owns the frame.</summary>
internal sealed class WorkerBatch(WorkerGroup group, Frame frame, int start, long firstSequence, int count, int attempt) : IDisposable
{
    private int _position = start;
    private int _taken;

    /// <summary>Gets the group of the items.</summary>
    public WorkerGroup Group { get; } = group;

    /// <summary>Gets which attempt to run the items this is, from 1.</summary>
    public int Attempt { get; } = attempt;

    /// <summary>Gets the size of all items, in bytes.</summary>
    public int Size => frame.Length;

    /// <summary>Gets a value indicating whether all items have been taken.</summary>
    public bool IsExhausted => _taken >= count;

    /// <summary>Takes the next item: one MessagePack value, and its number within this worker.</summary>
    public ReadOnlyMemory<byte> Take(out long sequence)
    {
        sequence = firstSequence + _taken++;
        var reader = new WireReader(frame.Payload[_position..]);
        reader.Skip();
        ReadOnlyMemory<byte> item = frame.Payload.Slice(_position, reader.Position);
        _position += reader.Position;
        return item;
    }

    /// <inheritdoc/>
    public void Dispose() => frame.Dispose();
}
