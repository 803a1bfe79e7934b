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
    /// <summary>What the error says of a worker that went this way.</summary>
    public static string ReasonOf(Death death) => death switch
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
            case Death.Segmentation:
                Processes.Raise(Processes.SigSegv);
                break;
            case Death.Abort:
                Processes.Raise(Processes.SigAbrt);
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

    private static int Deeper(int depth) => Deeper(depth + 1) + Deeper(depth + 2);
}
