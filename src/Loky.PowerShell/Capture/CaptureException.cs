namespace Loky.PowerShell.Capture;

/// <summary>Something that a scriptblock needs cannot be taken along to the workers.</summary>
internal sealed class CaptureException(string message, Exception? innerException = null) : Exception(message, innerException);
