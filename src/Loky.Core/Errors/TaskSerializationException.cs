namespace Loky;

/// <summary>A task, an argument or a result that cannot be sent between the caller and a worker process.</summary>
/// <remarks>Only the task concerned fails; the executor goes on.</remarks>
public sealed class TaskSerializationException : Exception
{
    /// <summary>Creates the exception with the message to show.</summary>
    public TaskSerializationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the message to show and its cause.</summary>
    public TaskSerializationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
