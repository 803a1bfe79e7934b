using Loky.Tests.Support;

namespace Loky.Tests.Execution;

/// <summary>Ways a task can go wrong.</summary>
public enum Death
{
    Throw,
    ExitZero,
    ExitThree,
    FailFast,
    StackOverflow,
    Segmentation,
    Abort,
    Kill,
    Terminate,
    BackgroundThread,
}

/// <summary>Carries them out.</summary>
internal static class Deaths
{
    // Behind what the runtime takes for a null reference.
    private const long NobodysMemory = 0x4_0000_0000;

    /// <summary>Gets those that this system has: Windows knows no signals.</summary>
    public static IEnumerable<Death> All =>
        Enum.GetValues<Death>().Where(static death => !OperatingSystem.IsWindows() || death is not (Death.Abort or Death.Terminate));

    /// <summary>What the error says of a worker that went this way.</summary>
    public static string ReasonOf(Death death) => OperatingSystem.IsWindows() ? ReasonOnWindows(death) : death switch
    {
        Death.ExitZero => "EXIT(0)",
        Death.ExitThree => "EXIT(3)",
        Death.Segmentation => "SIGSEGV",
        Death.Kill => "SIGKILL",
        Death.Terminate => "SIGTERM",
        _ => "SIGABRT",
    };

    /// <summary>Does it to this process. Returns only if it did not work.</summary>
    public static void Die(Death death)
    {
        switch (death)
        {
            case Death.Throw:
                throw new ArithmeticException("thrown on purpose");
            case Death.ExitZero:
                Environment.Exit(0);
                break;
            case Death.ExitThree:
                Environment.Exit(3);
                break;
            case Death.FailFast:
                Environment.FailFast("gone on purpose");
                break;
            case Death.StackOverflow:
                _ = Deeper(0);
                break;
            case Death.Segmentation when OperatingSystem.IsWindows():
                System.Runtime.InteropServices.Marshal.WriteByte(new nint(NobodysMemory), 1);
                break;
            case Death.Segmentation:
                Processes.Raise(Processes.SigSegv);
                break;
            case Death.Abort:
                Processes.Raise(Processes.SigAbrt);
                break;
            case Death.Kill when OperatingSystem.IsWindows():
                System.Diagnostics.Process.GetCurrentProcess().Kill();
                break;
            case Death.Kill:
                Processes.Signal(Environment.ProcessId, Processes.SigKill);
                break;
            case Death.Terminate:
                Processes.Signal(Environment.ProcessId, Processes.SigTerm);
                break;
            case Death.BackgroundThread:
                new Thread(() => throw new ArithmeticException("thrown in the background")).Start();
                break;
        }

        // A signal takes effect soon, not at once.
        Thread.Sleep(TimeSpan.FromSeconds(30));
    }

    private static string ReasonOnWindows(Death death) => death switch
    {
        Death.ExitZero => "EXIT(0)",
        Death.ExitThree => "EXIT(3)",
        Death.FailFast => "STATUS_FAIL_FAST_EXCEPTION",
        Death.StackOverflow => "STATUS_STACK_OVERFLOW",
        Death.Segmentation => "STATUS_ACCESS_VIOLATION",
        Death.Kill => "KILLED",
        _ => "CLR_EXCEPTION",
    };

    private static int Deeper(int depth) => Deeper(depth + 1) + Deeper(depth + 2);
}
