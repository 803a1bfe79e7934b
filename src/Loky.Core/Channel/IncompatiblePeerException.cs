namespace Loky.Channel;

/// <summary>The other side is who it should be, but of another version, or lacks what this side needs. The message names it, both versions and the way out.</summary>
internal sealed class IncompatiblePeerException(string message) : ProtocolException(message);
