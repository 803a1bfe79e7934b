namespace Loky.Channel;

/// <summary>The peer of a worker channel sent what the protocol does not allow; the channel is beyond use.</summary>
internal class ProtocolException(string message, Exception? innerException = null) : Exception(message, innerException);
