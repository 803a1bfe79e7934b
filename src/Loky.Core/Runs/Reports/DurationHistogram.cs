namespace Loky.Runs.Reports;

/// <summary>How long things took: counts in steps of a quarter of a power of ten, from a microsecond on.</summary>
internal sealed class DurationHistogram
{
    public const int StepsPerDecade = 4;

    /// <summary>How many steps there are: up to eleven and a half days.</summary>
    public const int Steps = 12 * StepsPerDecade;

    public long[] Counts { get; } = new long[Steps];

    public long Total { get; private set; }

    /// <summary>Gets the sum, in microseconds.</summary>
    public double Sum { get; private set; }

    /// <summary>Gets the longest, in microseconds.</summary>
    public long Longest { get; private set; }

    /// <summary>Gets where a step begins, in microseconds.</summary>
    public static double From(int step) => step == 0 ? 0 : Math.Pow(10, step / (double)StepsPerDecade);

    public void Add(long microseconds)
    {
        int step = microseconds < 1 ? 0 : (int)(Math.Log10(microseconds) * StepsPerDecade);
        Counts[Math.Clamp(step, 0, Steps - 1)]++;
        Total++;
        Sum += microseconds;
        Longest = Math.Max(Longest, microseconds);
    }

    /// <summary>Gets, within the width of a step, what a share of all does not exceed.</summary>
    public double Quantile(double share)
    {
        double wanted = share * Total;
        double seen = 0;
        for (int step = 0; step < Steps; step++)
        {
            if (Counts[step] > 0 && seen + Counts[step] >= wanted)
            {
                double from = From(step);
                double to = Math.Min(From(step + 1), Longest);
                return from + ((Math.Max(from, to) - from) * (wanted - seen) / Counts[step]);
            }

            seen += Counts[step];
        }

        return Longest;
    }
}
