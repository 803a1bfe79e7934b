namespace Loky;

/// <summary>
/// A worker's exception of a type that the caller did not declare, so that it is not made here; it keeps the message, the inner
/// exceptions, the data and the stack trace of the original.
/// </summary>
/// <param name="message">The message of the original.</param>
/// <param name="originalTypeName">The full name of the type of the original.</param>
/// <param name="innerException">The cause, if the original had one.</param>
public sealed class RemoteException(string message, string originalTypeName, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Gets the full name of the type that the exception had in the worker process.</summary>
    public string OriginalTypeName { get; } = originalTypeName;

    /// <inheritdoc/>
    public override string ToString()
    {
        string own = GetType().ToString();
        string text = base.ToString();
        return text.StartsWith(own, StringComparison.Ordinal) ? $"{own} ({OriginalTypeName}){text[own.Length..]}" : text;
    }
}
