using System.Buffers.Binary;
using Loky.Channel;

namespace Loky.Tests.Channel;

/// <summary>Frames as bytes, and bytes fed to a reader as a socket would.</summary>
internal static class FrameBytes
{
    /// <summary>The bytes of a frame.</summary>
    public static byte[] Of(FrameType type, params byte[] payload) => [.. Header((byte)type, (uint)payload.Length), .. payload];

    /// <summary>The bytes before a payload, with any type and any length.</summary>
    public static byte[] Header(byte type, uint length)
    {
        byte[] header = new byte[Frame.HeaderSize];
        BinaryPrimitives.WriteUInt32LittleEndian(header, length);
        header[4] = type;
        return header;
    }

    /// <summary>Gives a reader bytes, at most <paramref name="atOnce"/> in one go, and returns the frames it finds.</summary>
    public static List<(FrameType Type, byte[] Payload)> Feed(FrameReader reader, ReadOnlySpan<byte> bytes, int atOnce = int.MaxValue)
    {
        List<(FrameType, byte[])> frames = [];
        while (!bytes.IsEmpty)
        {
            Span<byte> room = reader.GetMemory().Span;
            int count = Math.Min(Math.Min(room.Length, bytes.Length), atOnce);
            bytes[..count].CopyTo(room);
            reader.Advance(count);
            bytes = bytes[count..];
            while (reader.TryRead(out Frame frame))
            {
                using (frame)
                {
                    frames.Add((frame.Type, frame.Payload.ToArray()));
                }
            }
        }

        return frames;
    }
}
