namespace Loky.Hosting;

/// <summary>What most of some items take: the median of the first sixteen, the lower one of two, for what disturbs only adds. Guarded by the lock of the <see cref="Outbox"/>.</summary>
internal sealed class TypicalTime
{
    private readonly long[] _ticks = new long[16];
    private int _count;

    /// <summary>Gets the median of what was added, in ticks of the stopwatch, at least 1; 0 if nothing was.</summary>
    public long Ticks
    {
        get
        {
            if (_count == 0)
            {
                return 0;
            }

            Span<long> sorted = stackalloc long[_count];
            _ticks.AsSpan(0, _count).CopyTo(sorted);
            sorted.Sort();
            return Math.Max(1, sorted[(_count - 1) / 2]);
        }
    }

    /// <summary>Adds what an item took.</summary>
    public void Add(long ticks)
    {
        if (_count < _ticks.Length)
        {
            _ticks[_count++] = ticks;
        }
    }

    /// <summary>Forgets all.</summary>
    public void Reset() => _count = 0;
}
