using System.Buffers.Binary;
using Loky.Channel;

namespace Loky.Remote;

internal static class AgentMessageWriter
{
    /// <summary>Makes a message, with a payload of MessagePack values that <paramref name="write"/> writes.</summary>
    /// <exception cref="ProtocolException">The message would be longer than the other side takes.</exception>
    public static byte[] Make(AgentMessageType type, int stream, Action<PooledBuffer>? write = null)
    {
        using var buffer = new PooledBuffer(256);
        _ = buffer.GetSpan(AgentMessage.HeaderSize);
        buffer.Advance(AgentMessage.HeaderSize);
        write?.Invoke(buffer);
        int length = buffer.Length - AgentMessage.HeaderSize;
        if (length > AgentMessage.MaxPayload)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameTooLong, length, AgentMessage.MaxPayload));
        }

        WriteHeader(buffer.Patch(0, AgentMessage.HeaderSize), type, stream, length);
        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] Make(AgentMessageType type, int stream, long number) =>
        Make(type, stream, buffer => new WireWriter(buffer).Write(number));

    public static void WriteHeader(Span<byte> header, AgentMessageType type, int stream, int length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)length);
        header[4] = (byte)type;
        BinaryPrimitives.WriteInt32LittleEndian(header[5..], stream);
    }
}
