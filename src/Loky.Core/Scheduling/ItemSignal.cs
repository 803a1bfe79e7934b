namespace Loky.Scheduling;

/// <summary>Tells threads that add items whether the scheduler has to hear of it; nothing else of it is thread-safe.</summary>
/// <remarks>Opened before items are looked for, read after some are added: with both fences, one side sees the other.</remarks>
internal sealed class ItemSignal
{
    private int _open = 1;

    /// <summary>Tells, after items were added, whether the scheduler may have a place for them.</summary>
    public bool IsOpen
    {
        get
        {
            Interlocked.MemoryBarrier();
            return Volatile.Read(ref _open) > 0;
        }
    }

    /// <summary>Opens it before items are looked for; it stays open where there is nothing to fill a place with.</summary>
    public void Open() => Interlocked.Exchange(ref _open, 1);

    /// <summary>Closes it: every place is taken, and the end of the next batch looks for items again.</summary>
    public void Close() => Volatile.Write(ref _open, 0);
}
