namespace Loky;

/// <summary>A task was given to an executor that has been shut down, or was still waiting when it was.</summary>
public sealed class ShutdownExecutorException : InvalidOperationException
{
    /// <summary>Creates the exception with the message to show.</summary>
    public ShutdownExecutorException(string message)
        : base(message)
    {
    }
}
