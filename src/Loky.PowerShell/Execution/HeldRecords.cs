using Loky.Channel;

namespace Loky.PowerShell.Execution;

/// <summary>Results of items that have not ended and may be run again: only those of their last attempt are to be written.</summary>
/// <remarks>Not thread-safe. It holds so many bytes in all; an item for which no more are left is written as it comes.</remarks>
internal sealed class HeldRecords
{
    private const long MostBytes = 64L << 20;

    // What an array and its place in a list take beyond its bytes.
    private const int RecordSize = 64;

    private readonly Dictionary<long, Attempt> _attempts = [];
    private long _bytes;

    public bool IsEmpty => _attempts.Count == 0;

    /// <summary>Begins with records of an attempt, for which those of earlier ones are dropped.</summary>
    public void Begin(long index, int attempt)
    {
        if (_attempts.TryGetValue(index, out Attempt? held) && held.Number < attempt)
        {
            _ = Take(index);
        }
    }

    /// <summary>Holds a record; false where it is to be written at once, behind those that were held before.</summary>
    public bool TryAdd(long index, int attempt, RecordKind kind, ReadOnlyMemory<byte> value)
    {
        if (!_attempts.TryGetValue(index, out Attempt? held))
        {
            _attempts.Add(index, held = new Attempt(attempt));
        }

        if (held.IsWrittenThrough || _bytes + SizeOf(value.Length) > MostBytes)
        {
            held.IsWrittenThrough = true;
            return false;
        }

        held.Records.Add((kind, value.ToArray()));
        _bytes += SizeOf(value.Length);
        return true;
    }

    /// <summary>Takes what is held of an item, and forgets it.</summary>
    public IReadOnlyList<(RecordKind Kind, byte[] Value)> Take(long index) => _attempts.Remove(index, out Attempt? held) ? Release(held) : [];

    /// <summary>Takes what is held of an item that goes on, of which nothing more is held.</summary>
    public IReadOnlyList<(RecordKind Kind, byte[] Value)> TakeBegun(long index) => _attempts.TryGetValue(index, out Attempt? held) ? Release(held) : [];

    /// <summary>Gets the items of which something is held, in the order of the input.</summary>
    public long[] Items() => [.. _attempts.Keys.Order()];

    private static long SizeOf(int length) => length + RecordSize;

    private List<(RecordKind Kind, byte[] Value)> Release(Attempt held)
    {
        List<(RecordKind Kind, byte[] Value)> records = held.Records;
        _bytes -= records.Sum(static record => SizeOf(record.Value.Length));
        held.Records = [];
        return records;
    }

    private sealed class Attempt(int number)
    {
        public int Number { get; } = number;

        public bool IsWrittenThrough { get; set; }

        public List<(RecordKind Kind, byte[] Value)> Records { get; set; } = [];
    }
}
