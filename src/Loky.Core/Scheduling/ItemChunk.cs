namespace Loky.Scheduling;

/// <summary>Items encoded one behind another, so that any run can be sent as it is; guarded by the lock of their group.</summary>
internal sealed class ItemChunk
{
    private const int TargetBytes = 64 * 1024;
    private const int TargetItems = 4096;

    private readonly PooledBuffer _buffer;
    private readonly List<int> _ends = [];
    private int _left;
    private bool _sealed;

    public ItemChunk() => _buffer = new PooledBuffer(TargetBytes);

    private ItemChunk(PooledBuffer buffer)
    {
        _buffer = buffer;
        _ends.Add(buffer.Length);
        _left = 1;
        _sealed = true;
    }

    public int Count => _ends.Count;

    /// <summary>Creates a chunk of one large item, whose buffer it takes over.</summary>
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

    public void Seal()
    {
        _sealed = true;
        ReleaseIfDone();
    }

    public ReadOnlyMemory<byte> Slice(int start, int count)
    {
        int from = start == 0 ? 0 : _ends[start - 1];
        return _buffer.WrittenMemory[from.._ends[start + count - 1]];
    }

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
