namespace Loky.Scheduling;

/// <summary>
/// Tells whoever adds items, on another thread, whether the scheduler has to hear of it. The one thing of the scheduler
/// that is not for one thread at a time.
/// </summary>
/// <remarks>
/// The scheduler opens it before it looks for items, and whoever adds some looks at it afterwards: one of the two sees the
/// other, for both have a fence between.
/// </remarks>
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

    /// <summary>Opens it, before it is looked for items. It stays open where there is nothing to fill a place with.</summary>
    public void Open() => Interlocked.Exchange(ref _open, 1);

    /// <summary>Closes it: every place is taken, and the end of the next batch looks for items again.</summary>
    public void Close() => Volatile.Write(ref _open, 0);
}
