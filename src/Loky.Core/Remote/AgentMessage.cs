namespace Loky.Remote;

/// <summary>One message between a parent and a node agent.</summary>
/// <param name="Type">What it says.</param>
/// <param name="Stream">Which worker it is about, from <see cref="FirstWorker"/>; 0 for the agent itself.</param>
/// <param name="Payload">The rest, which is there until the next message is read.</param>
internal readonly record struct AgentMessage(AgentMessageType Type, int Stream, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The bytes before the payload: its length (32 bits, little-endian), the type (8 bits), the stream (32 bits).</summary>
    public const int HeaderSize = 9;

    /// <summary>The largest payload of data, in bytes: what one worker may keep all others waiting with.</summary>
    public const int MaxData = 64 * 1024;

    /// <summary>The largest payload of anything else, in bytes.</summary>
    public const int MaxPayload = 4 * 1024 * 1024;

    /// <summary>How many bytes of data of one stream may be on their way in one direction.</summary>
    public const int Window = 2 * 1024 * 1024;

    /// <summary>The stream of what workers write to their standard output.</summary>
    public const int StandardOutput = 0;

    /// <summary>The stream of what workers write to their standard error.</summary>
    public const int StandardError = 1;

    /// <summary>The stream of the first worker; those that follow count up from there, and no number comes twice.</summary>
    public const int FirstWorker = 2;

    /// <summary>The version of the protocol; both sides must agree exactly.</summary>
    public const int ProtocolVersion = 1;

    /// <summary>What this side can do beyond the version, one bit for each; nothing yet. Unknown ones are left unused.</summary>
    public const long Capabilities = 0;
}
