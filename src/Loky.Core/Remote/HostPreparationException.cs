namespace Loky.Remote;

/// <summary>A host answers, but cannot run workers; what reaches the host adds its name to the message.</summary>
internal sealed class HostPreparationException(string message, Exception? innerException = null) : Exception(message, innerException);
