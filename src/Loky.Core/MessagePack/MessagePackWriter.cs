using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Loky.MessagePack;

/// <summary>
/// Writes MessagePack values to a <see cref="PooledBuffer"/>, each in its shortest form.
/// </summary>
/// <param name="buffer">Where the bytes go. Not owned: the caller disposes of it.</param>
internal readonly ref struct MessagePackWriter(PooledBuffer buffer)
{
    /// <summary>Gets the buffer that is written to.</summary>
    public PooledBuffer Buffer { get; } = buffer;

    /// <summary>Writes nil.</summary>
    public void WriteNil() => WriteByte(MessagePackCode.Nil);

    /// <summary>Writes a Boolean.</summary>
    public void Write(bool value) => WriteByte(value ? MessagePackCode.True : MessagePackCode.False);

    /// <summary>Writes a signed integer in the fewest bytes that hold it.</summary>
    public void Write(long value)
    {
        if (value >= 0)
        {
            Write((ulong)value);
            return;
        }

        Span<byte> span = Buffer.GetSpan(9);
        switch (value)
        {
            case >= -32:
                span[0] = unchecked((byte)value);
                Buffer.Advance(1);
                break;
            case >= sbyte.MinValue:
                span[0] = MessagePackCode.Int8;
                span[1] = unchecked((byte)value);
                Buffer.Advance(2);
                break;
            case >= short.MinValue:
                span[0] = MessagePackCode.Int16;
                BinaryPrimitives.WriteInt16BigEndian(span[1..], (short)value);
                Buffer.Advance(3);
                break;
            case >= int.MinValue:
                span[0] = MessagePackCode.Int32;
                BinaryPrimitives.WriteInt32BigEndian(span[1..], (int)value);
                Buffer.Advance(5);
                break;
            default:
                span[0] = MessagePackCode.Int64;
                BinaryPrimitives.WriteInt64BigEndian(span[1..], value);
                Buffer.Advance(9);
                break;
        }
    }

    /// <summary>Writes an unsigned integer in the fewest bytes that hold it.</summary>
    public void Write(ulong value)
    {
        Span<byte> span = Buffer.GetSpan(9);
        switch (value)
        {
            case <= MessagePackCode.MaxFixPositive:
                span[0] = (byte)value;
                Buffer.Advance(1);
                break;
            case <= byte.MaxValue:
                span[0] = MessagePackCode.UInt8;
                span[1] = (byte)value;
                Buffer.Advance(2);
                break;
            case <= ushort.MaxValue:
                span[0] = MessagePackCode.UInt16;
                BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)value);
                Buffer.Advance(3);
                break;
            case <= uint.MaxValue:
                span[0] = MessagePackCode.UInt32;
                BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)value);
                Buffer.Advance(5);
                break;
            default:
                span[0] = MessagePackCode.UInt64;
                BinaryPrimitives.WriteUInt64BigEndian(span[1..], value);
                Buffer.Advance(9);
                break;
        }
    }

    /// <summary>Writes a single precision number.</summary>
    public void Write(float value)
    {
        Span<byte> span = Buffer.GetSpan(5);
        span[0] = MessagePackCode.Float32;
        BinaryPrimitives.WriteSingleBigEndian(span[1..], value);
        Buffer.Advance(5);
    }

    /// <summary>Writes a double precision number.</summary>
    public void Write(double value)
    {
        Span<byte> span = Buffer.GetSpan(9);
        span[0] = MessagePackCode.Float64;
        BinaryPrimitives.WriteDoubleBigEndian(span[1..], value);
        Buffer.Advance(9);
    }

    /// <summary>
    /// Writes a string as UTF-8, or nil. A lone surrogate, which UTF-8 has no form for, becomes U+FFFD;
    /// callers that must keep it use <see cref="IsWellFormed"/> first.
    /// </summary>
    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNil();
            return;
        }

        Write(value.AsSpan());
    }

    /// <summary>Writes characters as a UTF-8 string.</summary>
    public void Write(ReadOnlySpan<char> value)
    {
        // A short string is encoded at once behind the widest header it can need; only its length is then known.
        if (value.Length <= 10)
        {
            Span<byte> span = Buffer.GetSpan(1 + (value.Length * 3));
            int count = Encoding.UTF8.GetBytes(value, span[1..]);
            span[0] = (byte)(MessagePackCode.FixString | count);
            Buffer.Advance(1 + count);
            return;
        }

        int length = Encoding.UTF8.GetByteCount(value);
        WriteStringHeader(length);
        int written = Encoding.UTF8.GetBytes(value, Buffer.GetSpan(length));
        Buffer.Advance(written);
    }

    /// <summary>Writes bytes as a binary value.</summary>
    public void WriteBinary(ReadOnlySpan<byte> value)
    {
        WriteBinaryHeader(value.Length);
        WriteRaw(value);
    }

    /// <summary>Writes the header of a binary value of <paramref name="length"/> bytes, which the caller writes next.</summary>
    public void WriteBinaryHeader(int length) =>
        WriteLength(length, MessagePackCode.Bin8, MessagePackCode.Bin16, MessagePackCode.Bin32);

    /// <summary>Writes the header of an array of <paramref name="count"/> values, which the caller writes next.</summary>
    public void WriteArrayHeader(int count)
    {
        if (count <= 15)
        {
            WriteByte((byte)(MessagePackCode.FixArray | count));
            return;
        }

        WriteLength(count, 0, MessagePackCode.Array16, MessagePackCode.Array32);
    }

    /// <summary>Writes the header of a map of <paramref name="count"/> pairs, which the caller writes next.</summary>
    public void WriteMapHeader(int count)
    {
        if (count <= 15)
        {
            WriteByte((byte)(MessagePackCode.FixMap | count));
            return;
        }

        WriteLength(count, 0, MessagePackCode.Map16, MessagePackCode.Map32);
    }

    /// <summary>Writes an extension value: its type code and its bytes.</summary>
    public void WriteExtension(sbyte type, ReadOnlySpan<byte> data)
    {
        WriteExtensionHeader(type, data.Length);
        WriteRaw(data);
    }

    /// <summary>Writes the header of an extension value of <paramref name="length"/> bytes, which the caller writes next.</summary>
    public void WriteExtensionHeader(sbyte type, int length)
    {
        byte fix = length switch
        {
            1 => MessagePackCode.FixExt1,
            2 => MessagePackCode.FixExt2,
            4 => MessagePackCode.FixExt4,
            8 => MessagePackCode.FixExt8,
            16 => MessagePackCode.FixExt16,
            _ => 0,
        };
        if (fix != 0)
        {
            WriteByte(fix);
        }
        else
        {
            WriteLength(length, MessagePackCode.Ext8, MessagePackCode.Ext16, MessagePackCode.Ext32);
        }

        WriteByte(unchecked((byte)type));
    }

    /// <summary>
    /// Starts an extension value whose length is not known yet. Write its content, then call
    /// <see cref="EndExtension"/> with the position that this returns.
    /// </summary>
    public int BeginExtension(sbyte type)
    {
        Span<byte> span = Buffer.GetSpan(6);
        span[0] = MessagePackCode.Ext32;
        span[5] = unchecked((byte)type);
        Buffer.Advance(6);
        return Buffer.Length;
    }

    /// <summary>Ends an extension value begun with <see cref="BeginExtension"/>.</summary>
    public void EndExtension(int start) =>
        BinaryPrimitives.WriteUInt32BigEndian(Buffer.Patch(start - 5, 4), (uint)(Buffer.Length - start));

    /// <summary>Writes bytes that are MessagePack already.</summary>
    public void WriteRaw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Buffer.GetSpan(value.Length));
        Buffer.Advance(value.Length);
    }

    /// <summary>Tells whether UTF-8 can carry <paramref name="value"/>: it has no lone surrogate.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> value)
    {
        int at = value.IndexOfAnyInRange('\ud800', '\udfff');
        while (at >= 0)
        {
            if (at + 1 >= value.Length || !char.IsSurrogatePair(value[at], value[at + 1]))
            {
                return false;
            }

            value = value[(at + 2)..];
            at = value.IndexOfAnyInRange('\ud800', '\udfff');
        }

        return true;
    }

    private void WriteStringHeader(int length)
    {
        if (length <= 31)
        {
            WriteByte((byte)(MessagePackCode.FixString | length));
            return;
        }

        WriteLength(length, MessagePackCode.String8, MessagePackCode.String16, MessagePackCode.String32);
    }

    private void WriteLength(int length, byte code8, byte code16, byte code32)
    {
        Span<byte> span = Buffer.GetSpan(5);
        if (length <= byte.MaxValue && code8 != 0)
        {
            span[0] = code8;
            span[1] = (byte)length;
            Buffer.Advance(2);
        }
        else if (length <= ushort.MaxValue)
        {
            span[0] = code16;
            BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)length);
            Buffer.Advance(3);
        }
        else
        {
            span[0] = code32;
            BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)length);
            Buffer.Advance(5);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteByte(byte value)
    {
        Buffer.GetSpan(1)[0] = value;
        Buffer.Advance(1);
    }
}
