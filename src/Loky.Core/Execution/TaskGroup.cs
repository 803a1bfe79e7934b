using Loky.Channel;
using Loky.Runs;
using Loky.Scheduling;
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
    // What else stands in the frame of a batch or of a setup takes less than this.
    private const int LargestItem = Frame.MaxPayload - 256;

    private readonly object _gate = new();
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

    /// <summary>Gets the items that wait to be sent.</summary>
    internal ItemQueue Items { get; } = new(new BatchSizer(options));

    /// <summary>Gets how many items were added.</summary>
    internal long AddedCount => Items.AddedCount;

    /// <summary>Gets how many items wait to be sent.</summary>
    public long PendingCount => Items.Count;

    /// <summary>Gets or sets the group's number, given by its pool.</summary>
    internal int Id { get; set; }

    /// <summary>Gets or sets the pool that runs the group.</summary>
    internal WorkerPool Pool { get; set; } = null!;

    /// <summary>Gets or sets when the group was cancelled, as a time stamp. Guarded by the pool's lock.</summary>
    internal long? CancelledAt { get; set; }

    /// <summary>Gets or sets how many workers in a row died with items of the group before they started one. Guarded by the pool's lock.</summary>
    internal int DeathsBeforeStart { get; set; }

    /// <summary>Gets or sets a value indicating whether it was told of a worker with too much memory. Guarded by the pool's lock.</summary>
    internal bool IsToldOfMemory { get; set; }

    /// <summary>Gets the sizes of its batches. Guarded by the pool's lock.</summary>
    internal BatchSizer Sizer => Items.Sizer;

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
        Attempts?.OnAdded(Items.AddedCount, item.Length);
        return Items.Add(ref item, Items.Count == 0 && Sizer.Least > 1 && Pool is { } pool ? pool.Now : 0);
    }

    /// <summary>Notes that no more items will be added.</summary>
    internal void CompleteAdding() => Items.CompleteAdding();

    /// <summary>Gets the bytes of items that were taken.</summary>
    internal ReadOnlyMemory<byte> BytesOf(ItemRange items) => Items.BytesOf(items);

    /// <summary>Notes that items are about to be sent to a worker. Called under the pool's lock: it must neither wait nor call back.</summary>
    /// <param name="items">The items.</param>
    /// <param name="host">The worker's host; null for this machine.</param>
    internal virtual void OnTaken(ItemRange items, string? host)
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
}
