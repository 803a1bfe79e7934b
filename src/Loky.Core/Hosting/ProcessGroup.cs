using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Loky.Hosting;

/// <summary>
/// A worker and the programs it starts, as one thing that can be killed. On Unix each worker is the leader of a session
/// of its own: signals of the terminal do not reach it, its children cannot wait for a terminal they will never get, and
/// one call kills them all.
/// </summary>
internal static partial class ProcessGroup
{
    /// <summary>The signal that nobody can ignore.</summary>
    public const int SigKill = 9;

    private static bool s_separated;

    /// <summary>Makes this process the leader of its own group.</summary>
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

        // On Windows the parent's job object ends what this process has started, as soon as the parent sees it go or goes itself.
        using Process self = Process.GetCurrentProcess();
        self.Kill();
    }

    /// <summary>Kills what is left of the group that a worker leads.</summary>
    /// <param name="processId">The worker's process id; the worker itself may be dead already.</param>
    /// <param name="leaderIsGone">
    /// Whether the worker has ended and its id may be another's: a group whose number is again the id of a process is not its.
    /// </param>
    public static void KillGroup(int processId, bool leaderIsGone) => SignalGroup(processId, SigKill, leaderIsGone);

    /// <summary>Sends a signal to what is left of the group that a process leads.</summary>
    /// <param name="processId">The leader's process id.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="leaderIsGone">Whether the leader has ended, as for <see cref="KillGroup"/>.</param>
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
