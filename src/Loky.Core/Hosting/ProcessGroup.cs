using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Loky.Hosting;

/// <summary>A worker and what it starts, to be killed as one; on Unix it leads a session without a terminal.</summary>
internal static partial class ProcessGroup
{
    public const int SigKill = 9;

    private static bool s_separated;

    public static void Separate()
    {
        if (!OperatingSystem.IsWindows())
        {
            s_separated = SetSid() > 0;
        }
    }

    /// <summary>Ends this process, and its group if it leads one, at once.</summary>
    public static void KillOwn()
    {
        if (s_separated)
        {
            _ = Kill(0, SigKill);
        }

        // On Windows the parent's job object ends what this process has started.
        using Process self = Process.GetCurrentProcess();
        self.Kill();
    }

    /// <summary>Kills what is left of a worker's group, unless the id of a gone leader is that of a process again.</summary>
    public static void KillGroup(int processId, bool leaderIsGone) => SignalGroup(processId, SigKill, leaderIsGone);

    /// <summary>Sends a signal to what is left of the group that a process leads, as <see cref="KillGroup"/>.</summary>
    public static void SignalGroup(int processId, int signal, bool leaderIsGone)
    {
        // 0 and 1 would be this process's own group and every process there is.
        if (!OperatingSystem.IsWindows() && processId > 1 && !(leaderIsGone && Kill(processId, 0) == 0))
        {
            _ = Kill(-processId, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int SetSid();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
