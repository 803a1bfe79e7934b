using System.Buffers.Binary;

namespace Loky.Serialization;

/// <summary>The MessagePack extension types that all values share; other formatters have others beside them.</summary>
internal static class WireExtension
{
    /// <summary>The number of an object that was written before.</summary>
    public const sbyte Reference = 2;

    /// <summary>A string as UTF-16, little-endian, which UTF-8 cannot carry because it has a lone surrogate.</summary>
    public const sbyte Utf16 = 29;

    /// <summary>A value inside another one that can be left out alone.</summary>
    public const sbyte Detachable = 44;

    /// <summary>Writes a number as an extension, in one, two or four bytes.</summary>
    public static void WriteNumber(WireWriter writer, sbyte type, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        switch (number)
        {
            case <= byte.MaxValue:
                bytes[0] = (byte)number;
                bytes = bytes[..1];
                break;
            case <= ushort.MaxValue:
                BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)number);
                bytes = bytes[..2];
                break;
            default:
                BinaryPrimitives.WriteInt32BigEndian(bytes, number);
                break;
        }

        writer.WriteExtension(type, bytes);
    }

    /// <summary>Gets a number of what <see cref="WriteNumber"/> wrote, which began at <paramref name="start"/>.</summary>
    public static int NumberOf(ReadOnlySpan<byte> bytes, int start)
    {
        int number = bytes.Length switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            4 => BinaryPrimitives.ReadInt32BigEndian(bytes),
            _ => -1,
        };
        return number >= 0
            ? number
            : throw new WireFormatException(MessageText.Format(Messages.ReferenceUnknown, start, Convert.ToHexString(bytes[..Math.Min(bytes.Length, 8)])));
    }
}
