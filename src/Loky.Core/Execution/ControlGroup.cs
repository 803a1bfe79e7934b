using System.Globalization;

namespace Loky.Execution;

/// <summary>
/// What the Linux control groups (version 1 or 2) allow this process, from its own up to the root that can be seen;
/// in a container that is the mount itself, whatever the path says.
/// </summary>
internal sealed class ControlGroup(string root)
{
    /// <summary>Gets how many processors' time there is, or null for as much as the machine has.</summary>
    public double? Processors => Least("cpu", QuotaOf);

    /// <summary>Gets how many processes and threads may be started beyond those there are, or null for any number.</summary>
    public long? ProcessesLeft => (long?)Least("pids", LeftOf);

    private static double? QuotaOf(string folder)
    {
        // "50000 100000" or "max 100000"; in version 1 each number has a file, and -1 is no limit.
        if (ReadWords(Path.Combine(folder, "cpu.max")) is [string quota, string period, ..])
        {
            return Ratio(quota, period);
        }

        return ReadWords(Path.Combine(folder, "cpu.cfs_quota_us")) is [string microseconds, ..]
            && ReadWords(Path.Combine(folder, "cpu.cfs_period_us")) is [string each, ..]
            ? Ratio(microseconds, each)
            : null;
    }

    private static double? LeftOf(string folder)
    {
        if (ReadWords(Path.Combine(folder, "pids.max")) is not [string max, ..] || ToNumber(max) is not { } limit)
        {
            return null;
        }

        double? current = ReadWords(Path.Combine(folder, "pids.current")) is [string count, ..] ? ToNumber(count) : null;
        return Math.Max(0, limit - (current ?? 0));
    }

    private static double? Ratio(string quota, string period) =>
        ToNumber(quota) is { } time && ToNumber(period) is > 0 and { } each ? time / each : null;

    private static double? ToNumber(string word) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string[] ReadWords(string path)
    {
        try
        {
            // Most are not there, and the first exception of a session takes longer than all these files.
            return File.Exists(path) ? File.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private double? Least(string controller, Func<string, double?> limitOf)
    {
        double? least = null;
        foreach (string folder in FoldersOf(controller))
        {
            least = limitOf(folder) is { } limit && !(limit >= least) ? limit : least;
        }

        return least;
    }

    private IEnumerable<string> FoldersOf(string controller)
    {
        string mounts = Path.Combine(root, "sys", "fs", "cgroup");
        foreach (string line in ReadLines(Path.Combine(root, "proc", "self", "cgroup")))
        {
            // "0::/path" in version 2, "4:cpu,cpuacct:/path" in version 1.
            string[] parts = line.Split(':', 3);
            if (parts.Length < 3)
            {
                continue;
            }

            string[] candidates = parts[1].Length == 0 ? [mounts, Path.Combine(mounts, "unified")]
                : parts[1].Split(',').Contains(controller) ? [Path.Combine(mounts, parts[1]), Path.Combine(mounts, controller)]
                : [];
            foreach (string mount in candidates)
            {
                for (string path = parts[2].Trim('/'); ; path = Path.GetDirectoryName(path) ?? string.Empty)
                {
                    yield return Path.Combine(mount, path);
                    if (path.Length == 0)
                    {
                        break;
                    }
                }
            }
        }
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
