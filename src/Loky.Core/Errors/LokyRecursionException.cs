namespace Loky;

/// <summary>Executors are nested in one another's workers deeper than <c>LOKY_MAX_DEPTH</c> allows.</summary>
public sealed class LokyRecursionException : InvalidOperationException
{
    /// <summary>Creates the exception with the message to show.</summary>
    public LokyRecursionException(string message)
        : base(message)
    {
    }
}
