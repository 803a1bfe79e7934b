using System.Buffers.Binary;
using System.Text;

namespace Loky.MessagePack;

/// <summary>
/// Reads MessagePack values from bytes that need not be trusted: every length is checked against the bytes that are
/// there before anything of that size is allocated, and nesting is bounded.
/// </summary>
/// <remarks>A reader that has thrown <see cref="MessagePackFormatException"/> stands at the value it could not read.</remarks>
internal ref partial struct MessagePackReader
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
}
