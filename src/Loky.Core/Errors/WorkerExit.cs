using System.Globalization;
using Loky.Launch;

namespace Loky;

/// <summary>How a worker process ended; its exit code is 128 + n after signal n, and null where it could not be told.</summary>
internal sealed record WorkerExit(int ProcessId, int? ExitCode, string StandardError)
{
    private static readonly Dictionary<int, string> LinuxSignals = new()
    {
        [1] = "SIGHUP", [2] = "SIGINT", [3] = "SIGQUIT", [4] = "SIGILL", [5] = "SIGTRAP", [6] = "SIGABRT",
        [8] = "SIGFPE", [9] = "SIGKILL", [11] = "SIGSEGV", [13] = "SIGPIPE", [14] = "SIGALRM", [15] = "SIGTERM",
    };

    private static readonly Dictionary<int, string> MacOverrides = new() { [10] = "SIGBUS", [12] = "SIGSYS" };
    private static readonly Dictionary<int, string> LinuxOverrides = new() { [7] = "SIGBUS", [31] = "SIGSYS" };

    /// <summary>Gets whether a signal ended it; null where the system does not say.</summary>
    public bool? WasSignalled { get; init; }

    public string? HostName { get; init; }

    /// <summary>Gets what to say where its host was lost, so that nobody knows how it ended; else null.</summary>
    public string? HostLoss { get; init; }

    /// <summary>Gets a value indicating whether it ran on Windows, where exit codes mean something else.</summary>
    public bool OnWindows { get; init; } = OperatingSystem.IsWindows();

    /// <summary>Gets a value indicating whether it ran on macOS, where some signals have other numbers.</summary>
    public bool OnMacOS { get; init; } = OperatingSystem.IsMacOS();

    /// <summary>Gets the name of the signal or of the system's status, or <c>EXIT(n)</c>.</summary>
    public string Reason
    {
        get
        {
            if (ExitCode is not { } code)
            {
                return HostLoss is null ? "EXIT(?)" : "LOST";
            }

            return (OnWindows ? WindowsExitCodes.Find(code)?.Name : WasSignalled == false ? null : SignalOf(code)) ?? string.Create(CultureInfo.InvariantCulture, $"EXIT({code})");
        }
    }

    /// <summary>Gets a value indicating whether it was killed, or looks like it, which none does to itself by accident.</summary>
    public bool WasKilled => Cause == ExitCause.Killed || Reason == "SIGTERM";

    public TerminatedWorkerException ToException(string? detail = null, bool wasStarting = false)
    {
        if (HostLoss is not null)
        {
            return ToLoss(HostLoss, wasStarting);
        }

        string told = WasSignalled is null && !OnWindows && ExitCode is { } code && SignalOf(code) is { } signal
            ? MessageText.Format(Messages.WorkerExitAsAfterSignal, code, signal)
            : Reason;
        string worker = HostName is null ? $"{ProcessId}" : MessageText.Format(Messages.WorkerOfHost, ProcessId, HostName);
        string message = MessageText.Format(wasStarting ? Messages.WorkerTerminatedAtStart : Messages.WorkerTerminated, worker, told)
            + " " + (wasStarting && !WasKilled ? Messages.WorkerLikelyFailedStart : LikelyCause);
        if (detail is not null)
        {
            message = detail + " " + message;
        }

        if (StandardError.Length > 0)
        {
            message += Environment.NewLine + MessageText.Format(Messages.WorkerStandardError, StandardErrorText.Summarize(StandardError));
        }

        return new TerminatedWorkerException(message)
        {
            WorkerProcessId = ProcessId,
            ExitReason = Reason,
            StandardError = StandardError,
            HostName = HostName,
        };
    }

    private TerminatedWorkerException ToLoss(string loss, bool wasStarting) =>
        new(wasStarting ? loss : loss + " " + MessageText.Format(Messages.WorkerMayHaveStarted, ProcessId))
        {
            WorkerProcessId = ProcessId,
            ExitReason = Reason,
            StandardError = StandardError,
            HostName = HostName,
        };

    private string? SignalOf(int code)
    {
        if (code <= 128)
        {
            return null;
        }

        Dictionary<int, string> overrides = OnMacOS ? MacOverrides : LinuxOverrides;
        return LinuxSignals.TryGetValue(code - 128, out string? name) || overrides.TryGetValue(code - 128, out name) ? name : null;
    }

    private ExitCause Cause => OnWindows
        ? (ExitCode is { } code ? WindowsExitCodes.Find(code)?.Cause : null) ?? ExitCause.Exit
        : Reason switch
        {
            "SIGKILL" => ExitCause.Killed,
            "SIGSEGV" or "SIGBUS" or "SIGILL" or "SIGFPE" => ExitCause.Native,
            "SIGABRT" => ExitCause.Aborted,
            "SIGTERM" or "SIGHUP" or "SIGINT" => ExitCause.Asked,
            _ => ExitCause.Exit,
        };

    public string LikelyCause => Cause switch
    {
        ExitCause.Killed => Messages.WorkerLikelyKilled,
        ExitCause.Native => Messages.WorkerLikelyNative,
        ExitCause.Aborted => Messages.WorkerLikelyAborted,
        ExitCause.Asked => Messages.WorkerLikelyAsked,
        ExitCause.NotStarted => Messages.WorkerLikelyFailedStart,
        _ => Messages.WorkerLikelyExit,
    };
}
