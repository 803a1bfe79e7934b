namespace Loky.Hosting;

/// <summary>The median of the first sixteen items, the lower of two, as what disturbs only adds.</summary>
/// <remarks>Guarded by the lock of the <see cref="Outbox"/>.</remarks>
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

    public void Add(long ticks)
    {
        if (_count < _ticks.Length)
        {
            _ticks[_count++] = ticks;
        }
    }

    public void Reset() => _count = 0;
}
