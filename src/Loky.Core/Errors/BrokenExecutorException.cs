namespace Loky;

/// <summary>The executor cannot run tasks any more, because its workers keep dying at their start, as the message says.</summary>
public sealed class BrokenExecutorException : Exception
{
    /// <summary>Creates the exception with the message to show.</summary>
    public BrokenExecutorException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the message to show and its cause.</summary>
    public BrokenExecutorException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
