using Loky.Wire;

namespace Loky.Scheduling;

/// <summary>
/// Encoded items that lie one behind another, so that any run of them can be sent as it is. Guarded by the lock of the
/// group it belongs to. Its memory goes back to the pool once every item in it has ended.
/// </summary>
internal sealed class ItemChunk
{
    private const int TargetBytes = 64 * 1024;
    private const int TargetItems = 4096;

    private readonly PooledBuffer _buffer;
    private readonly List<int> _ends = [];
    private int _left;
    private bool _sealed;

    /// <summary>Creates an empty chunk that takes many small items.</summary>
    public ItemChunk() => _buffer = new PooledBuffer(TargetBytes);

    private ItemChunk(PooledBuffer buffer)
    {
        _buffer = buffer;
        _ends.Add(buffer.Length);
        _left = 1;
        _sealed = true;
    }

    /// <summary>Gets the number of items.</summary>
    public int Count => _ends.Count;

    /// <summary>Creates a chunk of one large item, which takes over its buffer.</summary>
    public static ItemChunk OfOne(PooledBuffer item) => new(item);

    /// <summary>Appends an item, unless the chunk is full or closed.</summary>
    public bool TryAdd(ReadOnlySpan<byte> item)
    {
        if (_sealed || _ends.Count >= TargetItems || _buffer.Length + item.Length > TargetBytes)
        {
            Seal();
            return false;
        }

        item.CopyTo(_buffer.GetSpan(item.Length));
        _buffer.Advance(item.Length);
        _ends.Add(_buffer.Length);
        _left++;
        return true;
    }

    /// <summary>Closes the chunk to further items.</summary>
    public void Seal()
    {
        _sealed = true;
        ReleaseIfDone();
    }

    /// <summary>Gets the bytes of some of the items.</summary>
    public ReadOnlyMemory<byte> Slice(int start, int count)
    {
        int from = start == 0 ? 0 : _ends[start - 1];
        return _buffer.WrittenMemory[from.._ends[start + count - 1]];
    }

    /// <summary>Notes that items have ended or were given up.</summary>
    public void Release(int count)
    {
        _left -= count;
        ReleaseIfDone();
    }

    private void ReleaseIfDone()
    {
        if (_sealed && _left == 0)
        {
            _buffer.Dispose();
        }
    }
}
