using System.Buffers.Binary;

namespace Loky.MessagePack;

/// <content>Takes bytes, no more than there are, and says what is wrong with them.</content>
internal ref partial struct MessagePackReader
{
    private readonly bool TryPeekLength(byte code, byte code8, byte code16, byte code32, out int header, out long length)
    {
        if (code == code32)
        {
            (header, length) = (5, BinaryPrimitives.ReadUInt32BigEndian(Peek(5)[1..]));
            return true;
        }

        if (code == code16)
        {
            (header, length) = (3, BinaryPrimitives.ReadUInt16BigEndian(Peek(3)[1..]));
            return true;
        }

        if (code == code8 && code8 != 0)
        {
            (header, length) = (2, Peek(2)[1]);
            return true;
        }

        (header, length) = (0, 0);
        return false;
    }

    private readonly ReadOnlySpan<byte> Peek(int count)
    {
        if (count > Remaining)
        {
            ThrowEndOfData(count - Remaining);
        }

        return _data.Slice(_position, count);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> taken = Peek(count);
        _position += count;
        return taken;
    }

    private ReadOnlySpan<byte> TakeBody(int header, long length)
    {
        if (header + length > Remaining)
        {
            ThrowEndOfData(header + length - Remaining);
        }

        ReadOnlySpan<byte> body = _data.Slice(_position + header, (int)length);
        _position += header + (int)length;
        return body;
    }

    private int TakeCount(int header, long count, int bytesEach)
    {
        long least = header + (count * bytesEach);
        if (least > Remaining)
        {
            ThrowEndOfData(least - Remaining);
        }

        _position += header;
        return (int)count;
    }

    private readonly void ThrowEndOfData(long missing) =>
        throw new MessagePackFormatException(MessageText.Format(Messages.MessagePackEndOfData, _data.Length, missing));

    private readonly void ThrowUnexpected(MessagePackKind expected, string? detail = null) =>
        ThrowUnexpectedAt(_position, detail ?? expected.ToString());

    private readonly void ThrowUnexpectedAt(int position, string expected) =>
        throw new MessagePackFormatException(MessageText.Format(
            Messages.MessagePackUnexpectedCode, position, _data[position], MessagePackCode.KindOf(_data[position]), expected));

    private readonly void ThrowOutOfRange(object value, string type) =>
        throw new MessagePackFormatException(MessageText.Format(Messages.MessagePackNumberOutOfRange, value, _position, type));
}
