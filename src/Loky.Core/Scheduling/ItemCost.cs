namespace Loky.Scheduling;

/// <summary>
/// How long an item of some block or delegate takes, kept from call to call, so that a call starts with what the last
/// one ended with. Thread-safe: calls that run at the same time share it, and a measurement that is lost does not matter.
/// </summary>
/// <remarks>
/// Two figures, for two questions. Most items take about the typical time, which neither a pause of the machine nor a slow
/// item among many changes: it tells whether items are worth a batch. How long many of them take together is the mean's.
/// </remarks>
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

    /// <summary>Creates what is known already.</summary>
    /// <param name="microseconds">What an item takes, in microseconds.</param>
    public static ItemCost Of(double microseconds) => new() { _typical = microseconds, _mean = microseconds };

    /// <summary>Notes how long items took.</summary>
    /// <param name="items">How many.</param>
    /// <param name="microseconds">All of them together, in microseconds.</param>
    /// <param name="typical">What most of them took; 0 where it is only known with what was done once for the call.</param>
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
