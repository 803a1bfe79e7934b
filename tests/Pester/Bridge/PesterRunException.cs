namespace Loky.Pester.Bridge;

/// <summary>A Pester file did not run to its end; the message carries the end of its output.</summary>
public sealed class PesterRunException(string message) : Exception(message);
