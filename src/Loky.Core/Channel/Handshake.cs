using System.Security.Cryptography;
using Loky.Wire;

namespace Loky.Channel;

/// <summary>The first frame of a connection: proves that the peer is the worker that was started for it.</summary>
internal static class Handshake
{
    /// <summary>The largest payload of a first frame, in bytes.</summary>
    public const int MaxPayload = 256;

    public static void Write(PooledBuffer buffer, ReadOnlySpan<byte> secret, int processId)
    {
        int start = FrameWriter.Begin(buffer, FrameType.Hello);
        var writer = new WireWriter(buffer);
        writer.WriteArrayHeader(3);
        writer.Write((long)LaunchRequest.ProtocolVersion);
        writer.WriteBinary(secret);
        writer.Write((long)processId);
        FrameWriter.End(buffer, start);
    }

    /// <summary>Checks a worker's first frame and returns its process id.</summary>
    /// <exception cref="ProtocolException">It is no first frame, of another version, or has another secret.</exception>
    public static int Verify(Frame frame, ReadOnlySpan<byte> secret)
    {
        if (frame.Type != FrameType.Hello)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameUnexpectedType, frame.Type, FrameType.Hello));
        }

        try
        {
            var reader = new WireReader(frame.Payload);
            reader.ReadArrayHeader(3);
            int version = reader.ReadInt32();
            if (version != LaunchRequest.ProtocolVersion)
            {
                throw new ProtocolException(MessageText.Format(Messages.HandshakeWrongVersion, version, LaunchRequest.ProtocolVersion));
            }

            if (!CryptographicOperations.FixedTimeEquals(reader.ReadBinary(), secret))
            {
                throw new ProtocolException(Messages.HandshakeWrongSecret);
            }

            int processId = reader.ReadInt32();
            return reader.End ? processId : throw new ProtocolException(MessageText.Format(Messages.FrameTrailingBytes, frame.Type, frame.Payload.Length - reader.Position));
        }
        catch (WireFormatException exception)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameMalformed, frame.Type, exception.Message), exception);
        }
    }
}
