namespace Loky.Remote;

/// <summary>A host answers, but cannot run workers. The message says why, and the way out; what reaches the host adds its name.</summary>
internal sealed class HostPreparationException(string message, Exception? innerException = null) : Exception(message, innerException);
