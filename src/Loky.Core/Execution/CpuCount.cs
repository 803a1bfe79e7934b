using System.Globalization;

namespace Loky.Execution;

/// <summary>How many processors this process may really use.</summary>
internal static class CpuCount
{
    /// <summary>The environment variable that bounds the count.</summary>
    public const string Variable = "LOKY_MAX_CPU_COUNT";

    /// <summary>
    /// Gets the number of processors, at least 1: the least of what affinity and the control group allow - the runtime
    /// knows both - and of <see cref="Variable"/>.
    /// </summary>
    public static int Available
    {
        get
        {
            int count = Environment.ProcessorCount;
            return int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit > 0
                ? Math.Min(count, limit)
                : count;
        }
    }
}
