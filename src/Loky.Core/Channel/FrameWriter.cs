using System.Buffers.Binary;

namespace Loky.Channel;

/// <summary>Builds frames in a buffer: header first, its length patched once the payload is written.</summary>
internal static class FrameWriter
{
    /// <summary>Starts a frame and returns where it starts, for <see cref="End"/>.</summary>
    public static int Begin(PooledBuffer buffer, FrameType type)
    {
        int start = buffer.Length;
        Span<byte> header = buffer.GetSpan(Frame.HeaderSize);
        header[4] = (byte)type;
        buffer.Advance(Frame.HeaderSize);
        return start;
    }

    /// <summary>Ends a frame whose payload is in the buffer, but for <paramref name="tailLength"/> bytes sent apart.</summary>
    public static void End(PooledBuffer buffer, int start, int tailLength = 0)
    {
        long length = (long)buffer.Length - start - Frame.HeaderSize + tailLength;
        if (length > Frame.MaxPayload)
        {
            throw new TaskSerializationException(MessageText.Format(WireMessages.TooLong, length, Frame.MaxPayload));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(buffer.Patch(start, 4), (uint)length);
    }

    public static void WriteEmpty(PooledBuffer buffer, FrameType type) => End(buffer, Begin(buffer, type));

    public static void WriteGroup(PooledBuffer buffer, FrameType type, int groupId) => WriteNumber(buffer, type, groupId);

    public static void WriteNumber(PooledBuffer buffer, FrameType type, long number)
    {
        int start = Begin(buffer, type);
        new WireWriter(buffer).Write(number);
        End(buffer, start);
    }
}
