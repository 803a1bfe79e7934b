using System.Buffers;
using System.Buffers.Binary;
using MessagePack;

namespace Loky.Wire;

/// <summary>Writes MessagePack values in their shortest forms; all state is in the buffer, which the caller owns.</summary>
internal readonly ref struct WireWriter(PooledBuffer buffer)
{
    /// <summary>How many bytes <see cref="Write(Span{byte}, uint)"/> writes at most.</summary>
    public const int LongestUInt32 = 5;

    public static ReadOnlySpan<byte> Nil => [MessagePackCode.Nil];

    public PooledBuffer Buffer { get; } = buffer;

    public void WriteNil()
    {
        var writer = new MessagePackWriter(Buffer);
        writer.WriteNil();
        writer.Flush();
    }

    public void Write(bool value) => WriteAs(value);

    public void Write(long value)
    {
        var writer = new MessagePackWriter(Buffer);
        writer.Write(value);
        writer.Flush();
    }

    public void Write(ulong value) => WriteAs(value);

    public void Write(float value) => WriteAs(value);

    public void Write(double value) => WriteAs(value);

    /// <summary>Writes a string, or nil; a lone surrogate becomes U+FFFD (see <see cref="IsWellFormed"/>).</summary>
    public void Write(string? value)
    {
        var writer = new MessagePackWriter(Buffer);
        writer.Write(value);
        writer.Flush();
    }

    public void Write(ReadOnlySpan<char> value)
    {
        var writer = new MessagePackWriter(Buffer);
        if (value.IsEmpty)
        {
            // The library takes no span without an address.
            writer.WriteStringHeader(0);
        }
        else
        {
            writer.Write(value);
        }

        writer.Flush();
    }

    /// <summary>Writes a value in the form that the library has for its type.</summary>
    /// <typeparam name="T">One of the types of <see cref="LibraryFormats"/>.</typeparam>
    public void WriteAs<T>(T value)
    {
        var writer = new MessagePackWriter(Buffer);
        LibraryFormats.For<T>().Serialize(ref writer, value, LibraryFormats.Options);
        writer.Flush();
    }

    public void WriteBinary(ReadOnlySpan<byte> value)
    {
        WriteBinaryHeader(value.Length);
        Buffer.NoteBlock(value.Length);
        Buffer.Write(value);
    }

    /// <summary>Writes a header alone; the caller writes the <paramref name="length"/> bytes next.</summary>
    public void WriteBinaryHeader(int length)
    {
        var writer = new MessagePackWriter(Buffer);
        writer.WriteBinHeader(length);
        writer.Flush();
    }

    public void WriteArrayHeader(int count)
    {
        var writer = new MessagePackWriter(Buffer);
        writer.WriteArrayHeader(count);
        writer.Flush();
    }

    public void WriteMapHeader(int count)
    {
        var writer = new MessagePackWriter(Buffer);
        writer.WriteMapHeader(count);
        writer.Flush();
    }

    public void WriteExtension(sbyte type, ReadOnlySpan<byte> data)
    {
        var writer = new MessagePackWriter(Buffer);
        writer.WriteExtensionFormatHeader(new ExtensionHeader(type, data.Length));
        writer.Flush();
        WriteRaw(data);
    }

    /// <summary>Starts an extension of unknown length; <see cref="EndExtension"/> ends it, given what this returns.</summary>
    public int BeginExtension(sbyte type)
    {
        // The library writes the shortest header, which is not known before the content; this is the longest, to be patched.
        Span<byte> span = Buffer.GetSpan(6);
        span[0] = MessagePackCode.Ext32;
        span[5] = unchecked((byte)type);
        Buffer.Advance(6);
        return Buffer.Length;
    }

    public void EndExtension(int start) =>
        BinaryPrimitives.WriteUInt32BigEndian(Buffer.Patch(start - 5, 4), (uint)(Buffer.Length - start));

    /// <summary>Writes bytes that are MessagePack already.</summary>
    public void WriteRaw(ReadOnlySpan<byte> value) => Buffer.Write(value);

    /// <summary>Writes an unsigned integer to where there is room for it, in the fewest bytes, and returns how many.</summary>
    public static int Write(Span<byte> target, uint value)
    {
        switch (value)
        {
            case <= MessagePackCode.MaxFixInt:
                target[0] = (byte)value;
                return 1;
            case <= byte.MaxValue:
                (target[0], target[1]) = (MessagePackCode.UInt8, (byte)value);
                return 2;
            case <= ushort.MaxValue:
                target[0] = MessagePackCode.UInt16;
                BinaryPrimitives.WriteUInt16BigEndian(target[1..], (ushort)value);
                return 3;
            default:
                target[0] = MessagePackCode.UInt32;
                BinaryPrimitives.WriteUInt32BigEndian(target[1..], value);
                return LongestUInt32;
        }
    }

    /// <summary>Tells whether UTF-8 can carry <paramref name="value"/>: it has no lone surrogate.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> value)
    {
        while (value.IndexOfAnyInRange('\ud800', '\udfff') is >= 0 and int at)
        {
            if (at + 1 >= value.Length || !char.IsSurrogatePair(value[at], value[at + 1]))
            {
                return false;
            }

            value = value[(at + 2)..];
        }

        return true;
    }
}
