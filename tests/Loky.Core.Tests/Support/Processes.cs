using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Loky.Tests.Support;

/// <summary>Looks at processes and ends them.</summary>
internal static partial class Processes
{
    public const int SigAbrt = 6;
    public const int SigKill = 9;
    public const int SigSegv = 11;
    public const int SigTerm = 15;

    /// <summary>Tells whether a process lives. A zombie does not: it has ended and only waits for its parent to notice.</summary>
    public static bool IsAlive(int id)
    {
        if (id <= 0)
        {
            return false;
        }

        if (!OperatingSystem.IsLinux())
        {
            try
            {
                using var process = Process.GetProcessById(id);
                return !process.HasExited;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }

        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Waits until processes are gone.</summary>
    public static Task Gone(IEnumerable<int> ids, int seconds = 30)
    {
        int[] all = [.. ids];
        return Until.True(() => !all.Any(IsAlive), $"the processes {string.Join(", ", all)} end", TimeSpan.FromSeconds(seconds));
    }

    /// <summary>Kills a process, if it is still there.</summary>
    public static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Sends this process a signal in a way that the runtime cannot survive.</summary>
    public static void Raise(int signal)
    {
        // The runtime lets a SIGSEGV that is no fault of its own pass, unless its handler is taken away before.
        _ = SetHandler(signal, 0);
        _ = RaiseSignal(signal);
    }

    /// <summary>Sends a process a signal. Windows has none, but it can kill.</summary>
    public static void Signal(int id, int signal)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SendSignal(id, signal);
        }
        else if (signal == SigKill)
        {
            Kill(id);
        }
        else
        {
            throw new PlatformNotSupportedException($"Windows has no signal {signal}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "raise")]
    private static partial int RaiseSignal(int signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int id, int signal);
}
