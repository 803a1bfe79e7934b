using System.Management.Automation;

namespace Loky.PowerShell.Capture;

/// <summary>Something that a scriptblock needs cannot be taken along to the workers.</summary>
internal sealed class CaptureException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Gets the identifier of the error.</summary>
    public string ErrorId { get; init; } = ErrorIds.Capture;

    /// <summary>Gets the category of the error.</summary>
    public ErrorCategory Category { get; init; } = ErrorCategory.InvalidData;
}
