namespace Loky.Runs.Reports;

/// <summary>An attempt as it is drawn. Times are in microseconds from the beginning of the log.</summary>
/// <param name="Number">The item's number.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Started">When it began.</param>
/// <param name="Ended">When it ended.</param>
internal readonly record struct RunBar(long Number, int Attempt, AttemptOutcome Outcome, long Started, long Ended)
{
    /// <summary>Gets how long it took.</summary>
    public long Duration => Math.Max(0, Ended - Started);
}
