namespace Loky.Runs.Reports;

/// <summary>An attempt as it is drawn; times are in microseconds from the beginning of the log.</summary>
internal readonly record struct RunBar(long Number, int Attempt, AttemptOutcome Outcome, long Started, long Ended)
{
    public long Duration => Math.Max(0, Ended - Started);
}
