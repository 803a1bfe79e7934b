namespace Loky.Execution;

/// <summary>
/// Chooses how many items to send together, from how long the items before them took: enough that the cost of sending
/// does not show, few enough that no worker sits on a long batch while another has nothing. Guarded by the pool's lock.
/// </summary>
/// <remarks>The shrinking towards the end of the input is guided self-scheduling (Polychronopoulos and Kuck, 1987).</remarks>
internal sealed class BatchSizer(TaskGroupOptions options)
{
    private const double TargetMicroseconds = 10_000;
    private const double PrefetchBelowMicroseconds = 2_000;
    private const int MaxItems = 4096;
    private const int MaxGrowth = 8;

    private double _itemMicroseconds = -1;
    private int _last = 1;

    /// <summary>Gets a value indicating whether a worker should have a second batch waiting.</summary>
    public bool Prefetch => options.MayQueueInWorker && _itemMicroseconds is >= 0 and < PrefetchBelowMicroseconds;

    /// <summary>Notes how long items took.</summary>
    public void Measure(int items, int microseconds)
    {
        if (items == 0)
        {
            return;
        }

        double each = (double)microseconds / items;
        _itemMicroseconds = _itemMicroseconds < 0 ? each : (_itemMicroseconds + each) / 2;
    }

    /// <summary>Returns how many of <paramref name="pending"/> items to send to one of <paramref name="workers"/> workers.</summary>
    public int Next(long pending, int workers)
    {
        if (options.BatchSize is { } fixedSize)
        {
            return (int)Math.Min(fixedSize, pending);
        }

        if (!options.MayQueueInWorker || _itemMicroseconds < 0)
        {
            return 1;
        }

        double byTime = TargetMicroseconds / Math.Max(_itemMicroseconds, 0.5);
        long byShare = (pending + (2 * workers) - 1) / (2 * workers);
        _last = (int)Math.Max(1, Math.Min(Math.Min(byTime, Math.Min(MaxItems, _last * MaxGrowth)), byShare));
        return _last;
    }
}
