namespace Loky;

/// <summary>A task ran longer than it may. Its worker was ended, and no other task with it.</summary>
public sealed class TaskTimeoutException : TimeoutException
{
    /// <summary>Creates the exception with the message to show.</summary>
    public TaskTimeoutException(string message)
        : base(message)
    {
    }

    /// <summary>Gets the host that the worker ran on; null for this machine.</summary>
    public string? HostName { get; init; }

    /// <summary>Gets the process id of the worker that was ended.</summary>
    public int WorkerProcessId { get; init; }
}
