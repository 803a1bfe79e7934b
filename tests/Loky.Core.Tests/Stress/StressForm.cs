using System.Globalization;
using Xunit.Abstractions;

namespace Loky.Tests.Stress;

/// <summary>
/// How much the stress tests do: LOKY_STRESS=long is the long form, which the figures of a release are taken from;
/// LOKY_STRESS_REPEAT=n does every one of them n times in one run.
/// </summary>
internal static class StressForm
{
    /// <summary>The name of the category, for <c>dotnet test --filter Category=Stress</c>.</summary>
    public const string Category = "Stress";

    /// <summary>Gets a value indicating whether it is the long form.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("LOKY_STRESS") == "long";

    /// <summary>Gets how often each test does what it does.</summary>
    public static int Repetitions { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("LOKY_STRESS_REPEAT"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? Math.Max(1, count) : 1;

    /// <summary>Gets the limit of one repetition, in seconds.</summary>
    public static int Seconds => IsLong ? 900 : 300;

    /// <summary>Chooses between what the short and the long form do.</summary>
    public static int Pick(int briefly, int atLength) => IsLong ? atLength : briefly;

    /// <summary>
    /// Does something as often as asked for, each time with an empty folder for the logs of the tasks, checks what they
    /// logged, and tells the figures.
    /// </summary>
    public static async Task Repeat(ITestOutputHelper output, string what, Func<StressRun, Task> body)
    {
        StressFigures sum = default;
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            using var run = new StressRun(repetition);
            try
            {
                await body(run);
            }
            catch (Exception)
            {
                output.WriteLine($"{what}, repetition {repetition + 1}: {run.Figures}");
                throw;
            }

            sum += run.Figures;
        }

        output.WriteLine($"{what}: {sum}");
        output.WriteLine($"all so far: {StressFigures.AddToTotal(sum)}");
    }
}
