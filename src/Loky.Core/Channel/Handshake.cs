using System.Security.Cryptography;

namespace Loky.Channel;

/// <summary>
/// The first frame of a connection: proves that the peer is the worker that was started for it, and tells what it can do.
/// The version and the secret stand in front in every version, so that a worker of another one is still known as the worker.
/// </summary>
internal static class Handshake
{
    /// <summary>The largest payload of a first frame, in bytes.</summary>
    public const int MaxPayload = 1024;

    private const int Values = 5;

    public static void Write(PooledBuffer buffer, ReadOnlySpan<byte> secret, int processId, PeerInfo peer)
    {
        int start = FrameWriter.Begin(buffer, FrameType.Hello);
        var writer = new WireWriter(buffer);
        writer.WriteArrayHeader(Values);
        writer.Write((long)LaunchRequest.ProtocolVersion);
        writer.WriteBinary(secret);
        writer.Write((long)processId);
        peer.WriteTo(buffer);
        FrameWriter.End(buffer, start);
    }

    /// <summary>Checks a worker's first frame and returns what it tells.</summary>
    /// <exception cref="ProtocolException">It is no first frame, or has another secret.</exception>
    /// <exception cref="IncompatiblePeerException">It is the worker, of another version.</exception>
    public static WorkerHello Verify(Frame frame, ReadOnlySpan<byte> secret)
    {
        if (frame.Type != FrameType.Hello)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameUnexpectedType, frame.Type, FrameType.Hello));
        }

        try
        {
            var reader = new WireReader(frame.Payload);
            int values = reader.ReadArrayHeader();
            int version = reader.ReadInt32();
            if (!CryptographicOperations.FixedTimeEquals(reader.ReadBinary(), secret))
            {
                throw new ProtocolException(Messages.HandshakeWrongSecret);
            }

            if (version != LaunchRequest.ProtocolVersion)
            {
                throw new IncompatiblePeerException(MessageText.Format(Messages.HandshakeWrongVersion, version, LaunchRequest.ProtocolVersion));
            }

            var hello = new WorkerHello(reader.ReadInt32(), PeerInfo.Read(ref reader));
            return values == Values && reader.End ? hello : throw new ProtocolException(MessageText.Format(Messages.FrameTrailingBytes, frame.Type, frame.Payload.Length - reader.Position));
        }
        catch (WireFormatException exception)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameMalformed, frame.Type, exception.Message), exception);
        }
    }
}
