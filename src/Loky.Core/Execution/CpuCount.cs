using System.Globalization;
using Loky.Windows;

namespace Loky.Execution;

/// <summary>How many processors this process may really use.</summary>
internal static class CpuCount
{
    public const string Variable = "LOKY_MAX_CPU_COUNT";

    public static int Available => Of(Allowed(), Environment.GetEnvironmentVariable(Variable), "/");

    /// <summary>
    /// Returns the least of what affinity, the control group and the user allow, and of the cores there really are,
    /// as two threads of one core do hardly more than one; the root is that of the file system, or of a test.
    /// </summary>
    public static int Of(int allowed, string? asked, string root)
    {
        int count = allowed;
        if (OperatingSystem.IsLinux())
        {
            // Half a processor is still one worker, and one and a half are two: rounded up.
            count = new ControlGroup(root).Processors is { } quota ? Math.Min(count, (int)Math.Ceiling(Math.Min(quota, count))) : count;
            count = CountCores(root) is { } cores ? Math.Min(count, cores) : count;
        }

        if (int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit > 0)
        {
            count = Math.Min(count, limit);
        }

        return Math.Max(1, count);
    }

    /// <summary>What the runtime counts, on Windows in all processor groups, but no more than there are cores.</summary>
    private static int Allowed()
    {
        int count = Environment.ProcessorCount;
        return OperatingSystem.IsWindows()
            ? Math.Min(WindowsProcessors.OfAllGroups(count), WindowsProcessors.CountCores() ?? int.MaxValue)
            : count;
    }

    /// <summary>Counts the cores of all processors; null where the system does not tell, as on ARM.</summary>
    private static int? CountCores(string root)
    {
        HashSet<string> cores = [];
        string processor = string.Empty;
        try
        {
            foreach (string line in File.ReadLines(Path.Combine(root, "proc", "cpuinfo")))
            {
                string[] pair = line.Split(':', 2, StringSplitOptions.TrimEntries);
                if (pair is ["physical id", _])
                {
                    processor = pair[1];
                }
                else if (pair is ["core id", _])
                {
                    _ = cores.Add($"{processor}/{pair[1]}");
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return cores.Count > 0 ? cores.Count : null;
    }
}
