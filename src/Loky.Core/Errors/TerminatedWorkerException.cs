namespace Loky;

/// <summary>The worker process that ran a task ended before the task did. Only tasks that may have started on it fail.</summary>
public sealed class TerminatedWorkerException : Exception
{
    /// <summary>Creates the exception with the message to show.</summary>
    public TerminatedWorkerException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the message to show and its cause.</summary>
    public TerminatedWorkerException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the process id of the worker.</summary>
    public int WorkerProcessId { get; init; }

    /// <summary>Gets the host that the worker ran on; null for this machine.</summary>
    public string? HostName { get; init; }

    /// <summary>Gets how the process ended: a signal as <c>SIGKILL</c>, <c>EXIT(n)</c>, or <c>LOST</c> with its host.</summary>
    public string ExitReason { get; init; } = string.Empty;

    /// <summary>Gets the worker's standard error: its first lines, or those a crash report begins with, and its last.</summary>
    public string StandardError { get; init; } = string.Empty;
}
