namespace Loky.PowerShell.Capture;

/// <summary>The language mode of the session does not allow what was asked for.</summary>
internal sealed class LanguageModeException(string message) : Exception(message);
