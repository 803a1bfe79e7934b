using System.Diagnostics;

namespace Loky.Scheduling;

/// <summary>The items of a group that wait to be sent; they are added by one thread at a time, all else is thread-safe.</summary>
internal sealed class ItemQueue(BatchSizer sizer)
{
    private const int LargeItem = 32 * 1024;

    // How long the first of some quick items waits for others to travel with: not so long that anybody would see it.
    private static readonly long GatherTicks = Stopwatch.Frequency / 1000;

    private readonly object _gate = new();
    private readonly LinkedList<ItemRange> _pending = new();
    private long _pendingCount;
    private long _added;
    private bool _addingCompleted;
    private bool _dropped;
    private bool _gatheringNoted;
    private long _waitingSince;
    private ItemChunk? _open;

    public BatchSizer Sizer => sizer;

    public long AddedCount => Volatile.Read(ref _added);

    public long Count => Volatile.Read(ref _pendingCount);

    public ItemRange? First
    {
        get
        {
            lock (_gate)
            {
                return _pending.First?.Value;
            }
        }
    }

    public bool IsDrained
    {
        get
        {
            lock (_gate)
            {
                return (_addingCompleted || _dropped) && _pendingCount == 0;
            }
        }
    }

    /// <summary>Tells whether items wait that are not worth a batch yet; no to the first call after none was waiting.</summary>
    public bool IsGathering
    {
        get
        {
            lock (_gate)
            {
                bool noted = _gatheringNoted;
                _gatheringNoted = true;
                return noted && !_addingCompleted && _pendingCount < sizer.Least;
            }
        }
    }

    /// <summary>Gets until when to wait for more items before a batch is sent, as a time stamp; null not to wait.</summary>
    public long? GathersUntil
    {
        get
        {
            lock (_gate)
            {
                return !_addingCompleted && _pendingCount < sizer.Least ? _waitingSince + GatherTicks : null;
            }
        }
    }

    /// <summary>Adds an item, whose bytes it takes over, and returns its index; the time stamp is 0 if nothing waits.</summary>
    public long Add(ref PooledBuffer item, long now)
    {
        lock (_gate)
        {
            long index = _added++;
            if (_dropped)
            {
                return index;
            }

            if (item.Length > LargeItem)
            {
                _open?.Seal();
                _open = null;
                _pending.AddLast(new ItemRange(ItemChunk.OfOne(item), 0, 1, index, 1));
                item = new PooledBuffer();
            }
            else
            {
                AddSmall(item.WrittenSpan, index);
            }

            if (_pendingCount++ == 0)
            {
                _gatheringNoted = false;
                _waitingSince = now;
            }

            return index;
        }
    }

    public void CompleteAdding()
    {
        lock (_gate)
        {
            _addingCompleted = true;
            _open?.Seal();
            _open = null;
        }
    }

    public bool TryTake(int count, out ItemRange items)
    {
        lock (_gate)
        {
            if (_pending.First is not { } first)
            {
                items = default;
                return false;
            }

            items = first.Value;
            if (items.Count > count)
            {
                first.Value = items.Skip(count);
                items = items.Take(count);
            }
            else
            {
                _pending.RemoveFirst();
            }

            _pendingCount -= items.Count;
            return true;
        }
    }

    /// <summary>Puts items back that are to be run elsewhere: in front, in the order of the input.</summary>
    public void PutBack(ItemRange items)
    {
        lock (_gate)
        {
            if (_dropped)
            {
                items.Chunk.Release(items.Count);
                return;
            }

            LinkedListNode<ItemRange>? next = _pending.First;
            while (next is not null && next.Value.FirstIndex < items.FirstIndex)
            {
                next = next.Next;
            }

            _ = next is null ? _pending.AddLast(items) : _pending.AddBefore(next, items);
            _pendingCount += items.Count;

            // They have waited long enough.
            _waitingSince = 0;
        }
    }

    public ReadOnlyMemory<byte> BytesOf(ItemRange items)
    {
        lock (_gate)
        {
            return items.Chunk.Slice(items.Start, items.Count);
        }
    }

    public void Release(ItemRange items)
    {
        lock (_gate)
        {
            items.Chunk.Release(items.Count);
        }
    }

    /// <summary>Drops all items that wait, and those still to be added.</summary>
    public void Drop()
    {
        lock (_gate)
        {
            _dropped = true;
            foreach (ItemRange items in _pending)
            {
                items.Chunk.Release(items.Count);
            }

            _pending.Clear();
            _pendingCount = 0;
            _open?.Seal();
            _open = null;
        }
    }

    private void AddSmall(ReadOnlySpan<byte> item, long index)
    {
        if (_open is null || !_open.TryAdd(item))
        {
            _open = new ItemChunk();
            _ = _open.TryAdd(item);
        }

        // What waits of the open chunk is one range at the end, which grows, unless it is tried again.
        int place = _open.Count - 1;
        if (_pending.Last is { } last && last.Value.Chunk == _open && last.Value.Start + last.Value.Count == place && last.Value.Attempt == 1)
        {
            last.Value = last.Value with { Count = last.Value.Count + 1 };
        }
        else
        {
            _pending.AddLast(new ItemRange(_open, place, 1, index, 1));
        }
    }
}
