namespace Loky.PowerShell.Capture;

/// <summary>Something that a scriptblock needs cannot be taken along to the workers.</summary>
internal sealed class CaptureException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    public string ErrorId { get; init; } = ErrorIds.Capture;

    public ErrorCategory Category { get; init; } = ErrorCategory.InvalidData;
}
