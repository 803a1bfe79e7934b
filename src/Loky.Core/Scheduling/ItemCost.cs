namespace Loky.Scheduling;

/// <summary>How long an item of a block or delegate takes, kept between calls. Thread-safe; a measurement may be lost.</summary>
/// <remarks>Typical, which a slow item does not change, tells whether items are worth a batch; Mean, how many.</remarks>
internal sealed class ItemCost
{
    private const double LeastWeight = 0.25;
    private const double HalfAtItems = 32;
    private const double TypicalWeight = 0.5;
    private const double MaxGrowth = 1.1;
    private const int FewItems = 4;

    private double _typical = -1;
    private double _mean = -1;

    /// <summary>Gets what most items take, in microseconds; negative if nothing is known.</summary>
    public double Typical => Volatile.Read(ref _typical);

    /// <summary>Gets what an item takes on average, in microseconds; negative if nothing is known.</summary>
    public double Mean => Volatile.Read(ref _mean);

    public static ItemCost Of(double microseconds) => new() { _typical = microseconds, _mean = microseconds };

    /// <summary>Takes account of times in microseconds; the typical one is 0 if known only with what is done once.</summary>
    public void Note(int items, double microseconds, double typical)
    {
        double mean = microseconds / items;
        if (items < FewItems && Typical >= 0)
        {
            // A single one may have had to wait for the processor.
            typical = Math.Min(typical, 2 * Typical);
        }

        if (typical <= 0)
        {
            // Too much by what nobody knows: it may raise what is known step by step, and not at once.
            typical = Bound(mean, Typical);
            mean = Bound(mean, Mean);
        }

        Volatile.Write(ref _typical, Mix(Typical, typical, TypicalWeight));
        Volatile.Write(ref _mean, Mix(Mean, mean, Math.Max(LeastWeight, items / (items + HalfAtItems))));
    }

    private static double Bound(double measured, double known) => known < 0 ? measured : Math.Min(measured, MaxGrowth * known);

    private static double Mix(double known, double measured, double weight) =>
        known < 0 ? measured : known + (weight * (measured - known));
}
