namespace Loky.Remote;

/// <summary>A message about a worker's stream, or 0 for the agent itself; its payload is there until the next is read.</summary>
internal readonly record struct AgentMessage(AgentMessageType Type, int Stream, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The bytes before the payload: its length (32 bits, little-endian), type (8 bits) and stream (32 bits).</summary>
    public const int HeaderSize = 9;

    /// <summary>The largest payload of data, in bytes: what one worker may keep all others waiting with.</summary>
    public const int MaxData = 64 * 1024;

    public const int MaxPayload = 4 * 1024 * 1024;

    /// <summary>How many bytes of data of one stream may be on their way in one direction.</summary>
    public const int Window = 2 * 1024 * 1024;

    public const int StandardOutput = 0;

    public const int StandardError = 1;

    /// <summary>Towards the agent, stream 0 has the frames of shared values that it holds for its workers.</summary>
    public const int SharedValues = 0;

    /// <summary>The stream of the first worker; those that follow count up from there, and no number comes twice.</summary>
    public const int FirstWorker = 2;

    /// <summary>The version of the protocol; both sides must agree exactly.</summary>
    public const int ProtocolVersion = 3;
}
