namespace Loky.Tests.Stress;

/// <summary>What came of stress.</summary>
/// <param name="Repetitions">How often it was done.</param>
/// <param name="Tasks">How many tasks there were.</param>
/// <param name="Deaths">How many workers were killed, or killed themselves.</param>
/// <param name="Victims">How many tasks ended with the news that their worker died.</param>
/// <param name="Lost">How many tasks had no end, or more than one. There may be none.</param>
/// <param name="RunTwice">How many tasks ran twice though they were not to be tried again. There may be none.</param>
internal readonly record struct StressFigures(int Repetitions, long Tasks, long Deaths, long Victims, long Lost, long RunTwice)
{
    private static readonly object Gate = new();
    private static StressFigures s_total;

    public static StressFigures operator +(StressFigures left, StressFigures right) => new(
        left.Repetitions + right.Repetitions,
        left.Tasks + right.Tasks,
        left.Deaths + right.Deaths,
        left.Victims + right.Victims,
        left.Lost + right.Lost,
        left.RunTwice + right.RunTwice);

    /// <summary>Adds to the total of this test run, and returns that.</summary>
    public static StressFigures AddToTotal(StressFigures figures)
    {
        lock (Gate)
        {
            return s_total += figures;
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Repetitions} repetition(s), {Tasks} tasks, {Deaths} deaths, {Victims} victims, {Lost} lost, {RunTwice} run twice";
}
