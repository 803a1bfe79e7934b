using Loky.Channel;

namespace Loky.Hosting;

/// <summary>Items received together, and a cursor over them; owns the frame.</summary>
/// <remarks>One thread takes the items, in order; another may give back those not taken, from the end.</remarks>
internal sealed class WorkerBatch(WorkerGroup group, Frame frame, int start, long firstSequence, int count, int attempt) : IDisposable
{
    private int _position = start;

    // Two numbers that change together: how many were taken, below, and how many there are to take, above.
    private long _takenOf = (long)count << 32;

    public WorkerGroup Group { get; } = group;

    public long FirstSequence { get; } = firstSequence;

    /// <summary>Gets which attempt to run the items this is, from 1.</summary>
    public int Attempt { get; } = attempt;

    public int Size => frame.Length;

    public bool IsExhausted
    {
        get
        {
            long seen = Volatile.Read(ref _takenOf);
            return Taken(seen) >= Limit(seen);
        }
    }

    /// <summary>Takes the next item, one MessagePack value, and its number within this worker.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> item, out long sequence)
    {
        long seen;
        do
        {
            seen = Volatile.Read(ref _takenOf);
            if (Taken(seen) >= Limit(seen))
            {
                (item, sequence) = (default, 0);
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _takenOf, seen + 1, seen) != seen);

        sequence = FirstSequence + Taken(seen);
        var reader = new WireReader(frame.Payload[_position..]);
        reader.Skip();
        item = frame.Payload.Slice(_position, reader.Position);
        _position += reader.Position;
        return true;
    }

    /// <summary>Gives back the items that were not taken, and returns how many that are; on any thread.</summary>
    public int GiveBack()
    {
        long seen;
        do
        {
            seen = Volatile.Read(ref _takenOf);
        }
        while (Interlocked.CompareExchange(ref _takenOf, ((long)Taken(seen) << 32) | (uint)Taken(seen), seen) != seen);

        return Limit(seen) - Taken(seen);
    }

    public void Dispose() => frame.Dispose();

    private static int Taken(long both) => (int)both;

    private static int Limit(long both) => (int)(both >> 32);
}
