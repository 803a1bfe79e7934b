namespace Loky.Scheduling;

/// <summary>Chooses how many items to send together, by how long they take; guarded by the pool's lock.</summary>
/// <remarks>
/// The shrinking towards the end of the input is guided self-scheduling (Polychronopoulos and Kuck, 1987). A guess that
/// proves wrong is mended by the pool, which takes back what waits behind a slow item: see <see cref="Doubt"/>.
/// </remarks>
internal sealed class BatchSizer
{
    private const double TargetMicroseconds = 10_000;
    private const double PrefetchBelowMicroseconds = 2_000;

    // What it costs to send a batch and to take its results: less work than that is not worth a batch of its own.
    private const double LeastMicroseconds = 250;
    private const int MaxItems = 4096;
    private const int MaxGrowth = 8;

    private readonly TaskGroupOptions _options;
    private readonly ItemCost _cost;
    private double _doubt;
    private int _last;

    public BatchSizer(TaskGroupOptions options)
    {
        _options = options;
        _cost = options.Cost ?? new ItemCost();
        _last = _cost.Mean < 0 ? 1 : MaxItems;
        Least = LeastNow();
    }

    /// <summary>Gets a value indicating whether a worker should have a second batch waiting.</summary>
    public bool Prefetch => _options.MayQueueInWorker && Typical is >= 0 and < PrefetchBelowMicroseconds;

    /// <summary>Gets how many items to wait for while more are coming; can be read without the lock.</summary>
    public int Least { get; private set; }

    /// <summary>Gets a value indicating whether the sizes are this object's choice.</summary>
    public bool IsAutomatic => _options.MayQueueInWorker && _options.BatchSize is null;

    private double Typical => _doubt > 0 ? Math.Max(_cost.Typical, _doubt) : _cost.Typical;

    private double Mean => _doubt > 0 ? Math.Max(_cost.Mean, _doubt) : _cost.Mean;

    /// <summary>Learns what items took: in all, the typical one (0 where that is not known), both in microseconds, and how many workers shared a processor.</summary>
    public void Measure(int items, double microseconds, double typical, double crowding = 1)
    {
        if (items == 0)
        {
            return;
        }

        // An item that takes its turns at a processor with others takes as much longer by the clock, and is no more work.
        _cost.Note(items, microseconds / crowding, typical);
        _doubt = _doubt < 1 ? 0 : _doubt / 2;
        Least = LeastNow();
    }

    /// <summary>Raises what is known by an item of this group that has run for some time and not ended.</summary>
    public void Doubt(double microseconds)
    {
        _doubt = Math.Max(_doubt, microseconds);
        Least = LeastNow();
    }

    /// <summary>Returns how many of the <paramref name="pending"/> items to send to one of the workers.</summary>
    public int Next(long pending, int workers)
    {
        if (_options.BatchSize is { } fixedSize)
        {
            return (int)Math.Min(fixedSize, pending);
        }

        if (!_options.MayQueueInWorker || Mean < 0)
        {
            return 1;
        }

        double byTime = TargetMicroseconds / Math.Max(Mean, 0.5);
        long byShare = Math.Max((pending + (2 * workers) - 1) / (2 * workers), Math.Min(pending, Least));
        _last = (int)Math.Max(1, Math.Min(Math.Min(byTime, Math.Min(MaxItems, (long)_last * MaxGrowth)), byShare));
        return _last;
    }

    private int LeastNow() => IsAutomatic && Typical >= 0
        ? (int)Math.Max(1, LeastMicroseconds / Math.Max(Typical, 0.5))
        : 1;
}
