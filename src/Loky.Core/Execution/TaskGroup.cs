using Loky.Channel;
using Loky.Runs;
using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>The items of a parallel call or map, and where their results go; a derived class encodes and decodes them.</summary>
/// <remarks>
/// The callbacks come from background threads, several at a time, with no lock held. Each item that was not dropped by
/// <see cref="WorkerPool.Cancel"/> ends once, by record or by <see cref="OnItemsLost"/>; <see cref="OnCompleted"/> comes last.
/// </remarks>
internal abstract class TaskGroup(TaskKind kind, ReadOnlyMemory<byte> setup, TaskGroupOptions options)
{
    // What else stands in the frame of a batch or of a setup takes less than this.
    private const int LargestItem = Frame.MaxPayload - 256;

    private readonly object _gate = new();
    private ReadOnlyMemory<byte>[] _extensions = [];

    public TaskKind Kind { get; } = kind;

    public ReadOnlyMemory<byte> Setup { get; } = CheckSize(setup.Length) ? setup : default;

    /// <summary>Gets the parts of that which workers keep beyond the group.</summary>
    public IReadOnlyList<SharedValue> Shared { get; init; } = [];

    /// <summary>Gets what items added later have in common beyond that, in the order in which it was found.</summary>
    internal ReadOnlyMemory<byte>[] Extensions => Volatile.Read(ref _extensions);

    public TaskGroupOptions Options { get; } = options;

    /// <summary>Gets who hears how its items are run, or null for nobody.</summary>
    public IAttemptObserver? Attempts { get; init; }

    /// <summary>Gets the trace context that code of its items finds, or null for none.</summary>
    public string? TraceParent { get; init; }

    internal ItemQueue Items { get; } = new(new BatchSizer(options));

    internal long AddedCount => Items.AddedCount;

    public long PendingCount => Items.Count;

    internal int Id { get; set; }

    internal WorkerPool Pool { get; set; } = null!;

    /// <summary>Gets or sets when the group was cancelled, as a time stamp; guarded by the pool's lock.</summary>
    internal long? CancelledAt { get; set; }

    /// <summary>Gets or sets how many workers died in a row before they started its items; guarded by the pool's lock.</summary>
    internal int DeathsBeforeStart { get; set; }

    /// <summary>Gets or sets whether a worker's excess of memory was told; guarded by the pool's lock.</summary>
    internal bool IsToldOfMemory { get; set; }

    internal BatchSizer Sizer => Items.Sizer;

    /// <summary>Gets or sets how many of its batches are at workers; guarded by the pool's lock.</summary>
    internal int BatchesOut { get; set; }

    /// <summary>Gets or sets how many workers have items of it; guarded by the pool's lock.</summary>
    internal int WorkersServing { get; set; }

    /// <summary>Gets the workers that were sent items of it and are not gone; guarded by the pool's lock.</summary>
    internal HashSet<Worker> Workers { get; } = [];

    /// <summary>Gets or sets whether the group is over; guarded by the pool's lock.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Gets a value indicating whether the group would rather have no more results for now.</summary>
    internal virtual bool IsSaturated => false;

    /// <summary>Tells whether the group's reader can have nothing before it gets the results of one of some items.</summary>
    internal virtual bool Awaits(ItemRange items) => false;

    /// <summary>Adds to what items have in common; a worker gets it once, before any item that is added from here on.</summary>
    /// <exception cref="TaskSerializationException">It is too large for one message; the group goes on without it.</exception>
    internal void Extend(ReadOnlyMemory<byte> extension)
    {
        _ = CheckSize(extension.Length);
        lock (_gate)
        {
            Volatile.Write(ref _extensions, [.. _extensions, extension]);
        }
    }

    /// <summary>Adds an encoded item, whose bytes it takes over, and returns its index.</summary>
    /// <exception cref="TaskSerializationException">The item is too large for one message; the group goes on.</exception>
    internal long Add(ref PooledBuffer item)
    {
        // Found out here, by whoever adds it, and not under the pool's lock when a worker is about to get it.
        _ = CheckSize(item.Length);

        // Before a worker can have it; items are added by one thread at a time.
        Attempts?.OnAdded(Items.AddedCount, item.Length);
        return Items.Add(ref item, Items.Count == 0 && Sizer.Least > 1 && Pool is { } pool ? pool.Now : 0);
    }

    internal void CompleteAdding() => Items.CompleteAdding();

    internal ReadOnlyMemory<byte> BytesOf(ItemRange items) => Items.BytesOf(items);

    /// <summary>Called under the pool's lock before items are sent to a worker: it must neither wait nor call back.</summary>
    internal virtual void OnTaken(ItemRange items, string? host)
    {
    }

    /// <summary>Takes records from a worker; the frame is the group's from here on.</summary>
    internal abstract void OnRecords(RecordsFrame frame);

    /// <summary>Ends items that may have started on a worker that died.</summary>
    internal abstract void OnItemsLost(long firstIndex, int count, Exception cause);

    /// <summary>Ends the group: with no error when each item has ended, else with what ended the rest.</summary>
    internal abstract void OnCompleted(Exception? error);

    /// <summary>Takes a record of what the first worker wrote while it prepared itself.</summary>
    internal virtual void OnStartRecord(ReadOnlyMemory<byte> record)
    {
    }

    internal virtual void OnWarning(string warning)
    {
    }

    private static bool CheckSize(int length) => length <= LargestItem
        ? true
        : throw new TaskSerializationException(MessageText.Format(WireMessages.TooLong, length, Frame.MaxPayload));
}
