using System.Diagnostics;
using Loky.Channel;
using Loky.Runs;
using Loky.Wire;

namespace Loky.Execution;

/// <summary>
/// Items that have something in common - one parallel call, one map - and where their results go. The pool takes items
/// from it and calls it back; a derived class encodes the items and decodes the results.
/// </summary>
/// <remarks>
/// The callbacks come from background threads, several at a time for different workers, with no lock held. For each
/// item that was added and not dropped by <see cref="WorkerPool.Cancel"/>, its end comes exactly once: as an end record,
/// or with <see cref="OnItemsLost"/>. <see cref="OnCompleted"/> comes once, last.
/// </remarks>
internal abstract class TaskGroup(TaskKind kind, ReadOnlyMemory<byte> setup, TaskGroupOptions options)
{
    private const int LargeItem = 32 * 1024;

    // How long the first of some quick items waits for others to travel with: not so long that anybody would see it.
    private static readonly long GatherTicks = Stopwatch.Frequency / 1000;

    // What else stands in the frame of a batch or of a setup takes less than this.
    private const int LargestItem = Frame.MaxPayload - 256;

    private readonly object _gate = new();
    private readonly LinkedList<ItemRange> _pending = new();
    private long _pendingCount;
    private long _added;
    private bool _addingCompleted;
    private bool _dropped;
    private bool _gatheringNoted;
    private long _waitingSince;
    private ItemChunk? _open;
    private ReadOnlyMemory<byte>[] _extensions = [];

    /// <summary>Gets how the items are run.</summary>
    public TaskKind Kind { get; } = kind;

    /// <summary>Gets what the items have in common.</summary>
    public ReadOnlyMemory<byte> Setup { get; } = CheckSize(setup.Length) ? setup : default;

    /// <summary>Gets the parts of that which workers keep beyond the group.</summary>
    public IReadOnlyList<SharedValue> Shared { get; init; } = [];

    /// <summary>Gets what the items added later have in common beyond that, in the order in which it was found.</summary>
    internal ReadOnlyMemory<byte>[] Extensions => Volatile.Read(ref _extensions);

    /// <summary>Gets how the items are scheduled.</summary>
    public TaskGroupOptions Options { get; } = options;

    /// <summary>Gets who hears how its items are run, or null for nobody.</summary>
    public IAttemptObserver? Attempts { get; init; }

    /// <summary>Gets the trace context that code of its items finds, or null for none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Gets how many items were added.</summary>
    internal long AddedCount => Volatile.Read(ref _added);

    /// <summary>Gets how many items wait to be sent.</summary>
    public long PendingCount => Volatile.Read(ref _pendingCount);

    /// <summary>Gets the index of the item that is sent next, or null if none waits.</summary>
    internal long? FirstPending
    {
        get
        {
            lock (_gate)
            {
                return _pending.First?.Value.FirstIndex;
            }
        }
    }

    /// <summary>Gets the host that the item that is sent next was lost on the last time; null if none waits, or it was not.</summary>
    internal string? FirstPendingLostOn
    {
        get
        {
            lock (_gate)
            {
                return _pending.First?.Value.LostOn;
            }
        }
    }

    /// <summary>Gets or sets the group's number, given by its pool.</summary>
    internal int Id { get; set; }

    /// <summary>Gets or sets the pool that runs the group.</summary>
    internal WorkerPool Pool { get; set; } = null!;

    /// <summary>Gets or sets when the group was cancelled, as a time stamp. Guarded by the pool's lock.</summary>
    internal long? CancelledAt { get; set; }

    /// <summary>Gets or sets how many workers in a row died with items of the group before they started one. Guarded by the pool's lock.</summary>
    internal int DeathsBeforeStart { get; set; }

    /// <summary>Gets the sizes of its batches. Guarded by the pool's lock.</summary>
    internal BatchSizer Sizer { get; } = new(options);

    /// <summary>Gets or sets the number of its batches that are at workers. Guarded by the pool's lock.</summary>
    internal int BatchesOut { get; set; }

    /// <summary>Gets or sets how many workers have items of it. Guarded by the pool's lock.</summary>
    internal int WorkersServing { get; set; }

    /// <summary>Gets the workers that were sent items of it and are not gone. Guarded by the pool's lock.</summary>
    internal HashSet<Worker> Workers { get; } = [];

    /// <summary>Gets or sets a value indicating whether the group is over. Guarded by the pool's lock.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Gets a value indicating whether the group would rather have no more results for now.</summary>
    internal virtual bool IsSaturated => false;

    /// <summary>Tells whether whoever reads the group's results can have nothing before it gets those of one of some items.</summary>
    internal virtual bool Awaits(ItemRange items) => false;

    /// <summary>Gets a value indicating whether nothing is left to send and nothing more will come.</summary>
    internal bool IsDrained
    {
        get
        {
            lock (_gate)
            {
                return (_addingCompleted || _dropped) && _pendingCount == 0;
            }
        }
    }

    /// <summary>
    /// Tells whether the pool knows that items wait and may be left alone, because so few of them are not worth a batch
    /// yet. Called whenever some were added; the first call after none was waiting says no.
    /// </summary>
    internal bool IsGathering
    {
        get
        {
            lock (_gate)
            {
                bool noted = _gatheringNoted;
                _gatheringNoted = true;
                return noted && !_addingCompleted && _pendingCount < Sizer.Least;
            }
        }
    }

    /// <summary>Gets until when to wait for more items before a batch is sent, as a time stamp; null not to wait.</summary>
    internal long? GathersUntil
    {
        get
        {
            lock (_gate)
            {
                return !_addingCompleted && _pendingCount < Sizer.Least ? _waitingSince + GatherTicks : null;
            }
        }
    }

    /// <summary>Adds to what the items have in common. A worker gets it once, before any item that is added from here on.</summary>
    /// <exception cref="TaskSerializationException">It is too large for one message. The group goes on without it.</exception>
    internal void Extend(ReadOnlyMemory<byte> extension)
    {
        _ = CheckSize(extension.Length);
        lock (_gate)
        {
            Volatile.Write(ref _extensions, [.. _extensions, extension]);
        }
    }

    /// <summary>Adds an encoded item and returns its index. Takes the bytes over; the buffer can be used again.</summary>
    /// <exception cref="TaskSerializationException">The item is too large for one message. The group goes on without it.</exception>
    internal long Add(ref PooledBuffer item)
    {
        // Found out here, by whoever adds it, and not under the pool's lock when a worker is about to get it.
        _ = CheckSize(item.Length);

        // Before a worker can have it. Whoever adds items does it one at a time.
        Attempts?.OnAdded(Volatile.Read(ref _added));
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
                _waitingSince = Sizer.Least > 1 && Pool is { } pool ? pool.Now : 0;
            }

            return index;
        }
    }

    /// <summary>Notes that no more items will be added.</summary>
    internal void CompleteAdding()
    {
        lock (_gate)
        {
            _addingCompleted = true;
            _open?.Seal();
            _open = null;
        }
    }

    /// <summary>Takes up to <paramref name="count"/> of the items that wait.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="host">The host of the worker that they are for; null for this machine.</param>
    /// <param name="items">The items.</param>
    internal bool TryTake(int count, string? host, out ItemRange items)
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
            OnTaken(items, host);
            return true;
        }
    }

    /// <summary>Puts items back that were sent to a worker and not started there: in front, in the order of the input.</summary>
    internal void PutBack(ItemRange items)
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

    /// <summary>Gets the bytes of items that were taken.</summary>
    internal ReadOnlyMemory<byte> BytesOf(ItemRange items)
    {
        lock (_gate)
        {
            return items.Chunk.Slice(items.Start, items.Count);
        }
    }

    /// <summary>Gives back the memory of items that have ended.</summary>
    internal void Release(ItemRange items)
    {
        lock (_gate)
        {
            items.Chunk.Release(items.Count);
        }
    }

    /// <summary>Drops all items that wait, and those still to be added.</summary>
    internal void Drop()
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

    /// <summary>Notes that items are about to be sent to a worker. Called under locks: it must neither wait nor call back.</summary>
    private protected virtual void OnTaken(ItemRange items, string? host)
    {
    }

    /// <summary>Takes records from a worker. The frame is the group's from here on.</summary>
    internal abstract void OnRecords(RecordsFrame frame);

    /// <summary>Ends an item that may have started on a worker that died.</summary>
    internal abstract void OnItemsLost(long firstIndex, int count, Exception cause);

    /// <summary>Ends the group: with no error when each item has ended, else with what ended the rest.</summary>
    internal abstract void OnCompleted(Exception? error);

    /// <summary>Takes a record of what the first worker wrote while it prepared itself.</summary>
    internal virtual void OnStartRecord(ReadOnlyMemory<byte> record)
    {
    }

    /// <summary>Takes a warning about the way the group runs.</summary>
    internal virtual void OnWarning(string warning)
    {
    }

    private static bool CheckSize(int length) => length <= LargestItem
        ? true
        : throw new TaskSerializationException(MessageText.Format(WireMessages.TooLong, length, Frame.MaxPayload));

    private void AddSmall(ReadOnlySpan<byte> item, long index)
    {
        if (_open is null || !_open.TryAdd(item))
        {
            _open = new ItemChunk();
            _ = _open.TryAdd(item);
        }

        // The items of the open chunk that still wait are one range at the end of the queue, which grows, unless it is tried again.
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
