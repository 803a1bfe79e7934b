using System.Globalization;
using Loky.Hosting;

namespace Loky.Execution;

/// <summary>How deep executors may be nested in one another's workers.</summary>
internal static class RecursionLimit
{
    public const string Variable = "LOKY_MAX_DEPTH";

    private const int Default = 10;

    public static int MaxDepth =>
        int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
            ? value
            : Default;

    /// <summary>Throws where an executor in this process would be nested too deep.</summary>
    /// <exception cref="LokyRecursionException">It would.</exception>
    public static void Check()
    {
        int depth = WorkerContext.Depth + 1;
        int max = MaxDepth;
        if (depth > max)
        {
            throw new LokyRecursionException(MessageText.Format(Messages.RecursionTooDeep, depth, max, Variable));
        }
    }
}
