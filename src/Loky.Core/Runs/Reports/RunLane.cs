namespace Loky.Runs.Reports;

/// <summary>What one worker process did, in bins of time; times are in microseconds from the beginning of the log.</summary>
internal sealed class RunLane(string host, int processId, int worker, int bins)
{
    public string Host { get; } = host;

    public int ProcessId { get; } = processId;

    public int Worker { get; } = worker;

    public long First { get; private set; } = long.MaxValue;

    public long Last { get; private set; }

    public long Items { get; private set; }

    /// <summary>Gets how many of them did not succeed.</summary>
    public long Troubled { get; private set; }

    public long Busy { get; private set; }

    /// <summary>Gets, per bin, how long it ran items.</summary>
    public float[] BusyBins { get; } = new float[bins];

    /// <summary>Gets, per bin, how many items ended that did not succeed.</summary>
    public int[] TroubledBins { get; } = new int[bins];

    /// <summary>Gets its single items, as far as there are few enough.</summary>
    public List<RunBar> Bars { get; } = [];

    /// <summary>Gets how it ended, or null where nobody knows of an end.</summary>
    public string? Exit { get; set; }

    public void Add(RunBar bar, long span)
    {
        Items++;
        Troubled += bar.Outcome == AttemptOutcome.Succeeded ? 0 : 1;
        Busy += bar.Ended - bar.Started;
        First = Math.Min(First, bar.Started);
        Last = Math.Max(Last, bar.Ended);
        double width = Math.Max(1, span) / (double)BusyBins.Length;
        int from = BinOf(bar.Started, width);
        int to = BinOf(bar.Ended, width);
        for (int i = from; i <= to; i++)
        {
            BusyBins[i] += (float)Math.Max(0, Math.Min(bar.Ended, (i + 1) * width) - Math.Max(bar.Started, i * width));
        }

        TroubledBins[to] += bar.Outcome == AttemptOutcome.Succeeded ? 0 : 1;
    }

    private int BinOf(long time, double width) => Math.Clamp((int)(time / width), 0, BusyBins.Length - 1);
}
