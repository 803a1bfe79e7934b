using System.Globalization;

namespace Loky.Execution;

/// <summary>How many workers the operating system lets this process have.</summary>
internal static class WorkerCap
{
    // The limits count threads, and a worker that runs scripts has about so many.
    private const int ThreadsPerWorker = 20;
    private const string LimitName = "Max processes";

    /// <summary>Returns how many workers there can be, at least 1; <see cref="int.MaxValue"/> where nothing limits it.</summary>
    public static int Current(int existing) => OperatingSystem.IsLinux() ? Of("/", existing, Environment.IsPrivilegedProcess) : int.MaxValue;

    /// <summary>Returns what limits allow; workers there are take part of the control group's, which binds root too.</summary>
    public static int Of(string root, int existing, bool privileged)
    {
        long left = new ControlGroup(root).ProcessesLeft is { } threads ? (threads / ThreadsPerWorker) + existing : long.MaxValue;
        long mine = !privileged && ReadLimit(root) is { } limit ? limit / ThreadsPerWorker : long.MaxValue;
        return (int)Math.Clamp(Math.Min(left, mine), 1, int.MaxValue);
    }

    /// <summary>Reads the soft limit of the user's processes (RLIMIT_NPROC).</summary>
    private static long? ReadLimit(string root)
    {
        try
        {
            foreach (string line in File.ReadLines(Path.Combine(root, "proc", "self", "limits")))
            {
                if (line.StartsWith(LimitName, StringComparison.Ordinal)
                    && line[LimitName.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [string soft, ..]
                    && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit))
                {
                    return limit;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return null;
    }
}
