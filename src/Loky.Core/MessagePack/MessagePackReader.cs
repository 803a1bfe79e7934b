using System.Buffers.Binary;
using System.Text;

namespace Loky.MessagePack;

/// <summary>
/// Reads MessagePack values from bytes that need not be trusted: every length is checked against the bytes that are
/// there before anything of that size is allocated, and nesting is bounded.
/// </summary>
/// <remarks>A reader that has thrown <see cref="MessagePackFormatException"/> stands at the value it could not read.</remarks>
internal ref struct MessagePackReader
{
    /// <summary>How many containers may be nested in one another.</summary>
    public const int MaxDepth = 128;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _data;
    private int _position;
    private int _depth;

    /// <summary>Creates a reader of <paramref name="data"/>, standing at its start.</summary>
    public MessagePackReader(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Gets the offset of the next byte to read.</summary>
    public readonly int Position => _position;

    /// <summary>Gets the number of bytes left.</summary>
    public readonly int Remaining => _data.Length - _position;

    /// <summary>Gets a value indicating whether all bytes are read.</summary>
    public readonly bool End => _position >= _data.Length;

    /// <summary>Gets the first byte of the next value without reading it.</summary>
    public readonly byte NextCode
    {
        get
        {
            if (_position >= _data.Length)
            {
                ThrowEndOfData(1);
            }

            return _data[_position];
        }
    }

    /// <summary>Gets the kind of the next value without reading it.</summary>
    public readonly MessagePackKind NextKind => MessagePackCode.KindOf(NextCode);

    /// <summary>Gets a reader of bytes that lie inside this reader's, as deep in containers as this one is.</summary>
    public readonly MessagePackReader Nested(ReadOnlySpan<byte> data)
    {
        MessagePackReader nested = new(data);
        nested._depth = _depth;
        return nested;
    }

    /// <summary>Gets the bytes between two positions of this reader.</summary>
    public readonly ReadOnlySpan<byte> Slice(int start, int end) => _data[start..end];

    /// <summary>Reads nil if it is next, and tells whether it was.</summary>
    public bool TryReadNil()
    {
        if (NextCode != MessagePackCode.Nil)
        {
            return false;
        }

        _position++;
        return true;
    }

    /// <summary>Reads a Boolean.</summary>
    public bool ReadBoolean()
    {
        byte code = NextCode;
        if (code is not (MessagePackCode.True or MessagePackCode.False))
        {
            ThrowUnexpected(MessagePackKind.Boolean);
        }

        _position++;
        return code == MessagePackCode.True;
    }

    /// <summary>Reads an integer of any width that fits in 64 signed bits.</summary>
    public long ReadInt64()
    {
        byte code = NextCode;
        if (code <= MessagePackCode.MaxFixPositive)
        {
            _position++;
            return code;
        }

        if (code >= MessagePackCode.MinFixNegative)
        {
            _position++;
            return unchecked((sbyte)code);
        }

        switch (code)
        {
            case MessagePackCode.UInt8:
                return Take(2)[1];
            case MessagePackCode.UInt16:
                return BinaryPrimitives.ReadUInt16BigEndian(Take(3)[1..]);
            case MessagePackCode.UInt32:
                return BinaryPrimitives.ReadUInt32BigEndian(Take(5)[1..]);
            case MessagePackCode.Int8:
                return unchecked((sbyte)Take(2)[1]);
            case MessagePackCode.Int16:
                return BinaryPrimitives.ReadInt16BigEndian(Take(3)[1..]);
            case MessagePackCode.Int32:
                return BinaryPrimitives.ReadInt32BigEndian(Take(5)[1..]);
            case MessagePackCode.Int64:
                return BinaryPrimitives.ReadInt64BigEndian(Take(9)[1..]);
            case MessagePackCode.UInt64:
                ulong value = BinaryPrimitives.ReadUInt64BigEndian(Peek(9)[1..]);
                if (value > long.MaxValue)
                {
                    ThrowOutOfRange(value, nameof(Int64));
                }

                _position += 9;
                return (long)value;
            default:
                ThrowUnexpected(MessagePackKind.Integer);
                return 0;
        }
    }

    /// <summary>Reads an integer of any width that fits in 64 unsigned bits.</summary>
    public ulong ReadUInt64()
    {
        if (NextCode == MessagePackCode.UInt64)
        {
            return BinaryPrimitives.ReadUInt64BigEndian(Take(9)[1..]);
        }

        int start = _position;
        long value = ReadInt64();
        if (value < 0)
        {
            _position = start;
            ThrowOutOfRange(value, nameof(UInt64));
        }

        return (ulong)value;
    }

    /// <summary>Reads an integer of any width that fits in 32 signed bits.</summary>
    public int ReadInt32()
    {
        int start = _position;
        long value = ReadInt64();
        if (value is < int.MinValue or > int.MaxValue)
        {
            _position = start;
            ThrowOutOfRange(value, nameof(Int32));
        }

        return (int)value;
    }

    /// <summary>Reads a single precision number.</summary>
    public float ReadSingle()
    {
        if (NextCode != MessagePackCode.Float32)
        {
            ThrowUnexpected(MessagePackKind.Float);
        }

        return BinaryPrimitives.ReadSingleBigEndian(Take(5)[1..]);
    }

    /// <summary>Reads a double precision number; a single precision one is widened.</summary>
    public double ReadDouble()
    {
        switch (NextCode)
        {
            case MessagePackCode.Float64:
                return BinaryPrimitives.ReadDoubleBigEndian(Take(9)[1..]);
            case MessagePackCode.Float32:
                return ReadSingle();
            default:
                ThrowUnexpected(MessagePackKind.Float);
                return 0;
        }
    }

    /// <summary>Reads a string, or nil as <see langword="null"/>.</summary>
    public string? ReadString()
    {
        if (TryReadNil())
        {
            return null;
        }

        int start = _position;
        ReadOnlySpan<byte> utf8 = ReadStringBytes();
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException exception)
        {
            _position = start;
            throw new MessagePackFormatException(MessageText.Format(Messages.MessagePackInvalidUtf8, start), exception);
        }
    }

    /// <summary>Reads a string that must not be nil.</summary>
    public string ReadRequiredString()
    {
        if (NextCode == MessagePackCode.Nil)
        {
            ThrowUnexpected(MessagePackKind.String);
        }

        return ReadString()!;
    }

    /// <summary>Reads a string as its UTF-8 bytes, which stay where they are.</summary>
    public ReadOnlySpan<byte> ReadStringBytes()
    {
        byte code = NextCode;
        int header;
        long length;
        if ((code & 0xe0) == MessagePackCode.FixString)
        {
            (header, length) = (1, code & 0x1f);
        }
        else if (!TryPeekLength(code, MessagePackCode.String8, MessagePackCode.String16, MessagePackCode.String32, out header, out length))
        {
            ThrowUnexpected(MessagePackKind.String);
        }

        return TakeBody(header, length);
    }

    /// <summary>Reads a binary value as its bytes, which stay where they are.</summary>
    public ReadOnlySpan<byte> ReadBinary()
    {
        if (!TryPeekLength(NextCode, MessagePackCode.Bin8, MessagePackCode.Bin16, MessagePackCode.Bin32, out int header, out long length))
        {
            ThrowUnexpected(MessagePackKind.Binary);
        }

        return TakeBody(header, length);
    }

    /// <summary>Reads the header of an array. As many values follow, each of at least one byte.</summary>
    public int ReadArrayHeader()
    {
        byte code = NextCode;
        if ((code & 0xf0) == MessagePackCode.FixArray)
        {
            return TakeCount(1, code & 0x0f, 1);
        }

        if (!TryPeekLength(code, 0, MessagePackCode.Array16, MessagePackCode.Array32, out int header, out long count))
        {
            ThrowUnexpected(MessagePackKind.Array);
        }

        return TakeCount(header, count, 1);
    }

    /// <summary>Reads the header of an array that must have <paramref name="expected"/> values.</summary>
    public void ReadArrayHeader(int expected)
    {
        int start = _position;
        int count = ReadArrayHeader();
        if (count != expected)
        {
            _position = start;
            ThrowUnexpected(MessagePackKind.Array, $"{nameof(MessagePackKind.Array)}[{expected}]");
        }
    }

    /// <summary>Reads the header of a map. As many pairs follow, each of at least two bytes.</summary>
    public int ReadMapHeader()
    {
        byte code = NextCode;
        if ((code & 0xf0) == MessagePackCode.FixMap)
        {
            return TakeCount(1, code & 0x0f, 2);
        }

        if (!TryPeekLength(code, 0, MessagePackCode.Map16, MessagePackCode.Map32, out int header, out long count))
        {
            ThrowUnexpected(MessagePackKind.Map);
        }

        return TakeCount(header, count, 2);
    }

    /// <summary>Reads an extension value: its type code and its bytes, which stay where they are.</summary>
    public ReadOnlySpan<byte> ReadExtension(out sbyte type)
    {
        byte code = NextCode;
        int header;
        long length;
        if (code is >= MessagePackCode.FixExt1 and <= MessagePackCode.FixExt16)
        {
            (header, length) = (1, 1L << (code - MessagePackCode.FixExt1));
        }
        else if (!TryPeekLength(code, MessagePackCode.Ext8, MessagePackCode.Ext16, MessagePackCode.Ext32, out header, out length))
        {
            ThrowUnexpected(MessagePackKind.Extension);
        }

        type = unchecked((sbyte)Peek(header + 1)[header]);
        return TakeBody(header + 1, length);
    }

    /// <summary>Gets the type code of the extension value that is next, without reading it.</summary>
    public readonly sbyte PeekExtensionType()
    {
        MessagePackReader ahead = this;
        _ = ahead.ReadExtension(out sbyte type);
        return type;
    }

    /// <summary>Reads one whole value, whatever it is, and returns its bytes.</summary>
    public ReadOnlySpan<byte> ReadRaw()
    {
        int start = _position;
        Skip();
        return _data[start.._position];
    }

    /// <summary>Steps over one whole value, without recursion.</summary>
    public void Skip()
    {
        int start = _position;
        long left = 1;
        while (left > 0)
        {
            left--;
            switch (NextKind)
            {
                case MessagePackKind.Nil:
                case MessagePackKind.Boolean:
                    _position++;
                    break;
                case MessagePackKind.Integer:
                    Take(IntegerSize(NextCode));
                    break;
                case MessagePackKind.Float:
                    Take(NextCode == MessagePackCode.Float32 ? 5 : 9);
                    break;
                case MessagePackKind.String:
                    _ = ReadStringBytes();
                    break;
                case MessagePackKind.Binary:
                    _ = ReadBinary();
                    break;
                case MessagePackKind.Array:
                    left += ReadArrayHeader();
                    break;
                case MessagePackKind.Map:
                    left += 2L * ReadMapHeader();
                    break;
                case MessagePackKind.Extension:
                    _ = ReadExtension(out _);
                    break;
                default:
                    int at = _position;
                    _position = start;
                    ThrowUnexpectedAt(at, "a value");
                    break;
            }
        }
    }

    /// <summary>Notes that the caller goes into a container; throws where that is too deep.</summary>
    public void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw new MessagePackFormatException(MessageText.Format(Messages.MessagePackTooDeep, _position, MaxDepth));
        }
    }

    /// <summary>Notes that the caller leaves a container.</summary>
    public void Leave() => _depth--;

    private static int IntegerSize(byte code) => code switch
    {
        MessagePackCode.UInt8 or MessagePackCode.Int8 => 2,
        MessagePackCode.UInt16 or MessagePackCode.Int16 => 3,
        MessagePackCode.UInt32 or MessagePackCode.Int32 => 5,
        MessagePackCode.UInt64 or MessagePackCode.Int64 => 9,
        _ => 1,
    };

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
