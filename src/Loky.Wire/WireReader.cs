using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using MessagePack;

namespace Loky.Wire;

/// <summary>
/// Reads MessagePack values from untrusted bytes: lengths are checked before memory is taken, nesting is bounded,
/// strings are valid UTF-8, and every failure is a <see cref="WireFormatException"/> that tells where.
/// </summary>
/// <remarks>A reader that has thrown <see cref="WireFormatException"/> stands at the value it could not read.</remarks>
internal ref struct WireReader(ReadOnlyMemory<byte> data)
{
    /// <summary>How many containers may be nested in one another.</summary>
    public const int MaxDepth = 128;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _data = data;

    // Its members are not readonly: who asks it through one that is copies all of it, for each value.
    private MessagePackReader _reader = new(data);

    // Where in the data the library's reader began: it cannot go back, so after a failure there is a new one.
    private int _start;

    public int Position => _start + (int)_reader.Consumed;

    public bool End => _reader.End;

    public WireKind NextKind => _reader.End ? throw EndOfData(Position) : (WireKind)_reader.NextMessagePackType;

    /// <summary>Gets a value indicating whether the next value is a number of single precision.</summary>
    public bool NextIsSingle => NextCodeIs(MessagePackCode.Float32);

    /// <summary>Gets a value indicating whether the next value is an integer that only an unsigned type may hold.</summary>
    public bool NextIsUInt64 => NextCodeIs(MessagePackCode.UInt64);

    /// <summary>Gets a value indicating whether the next value is an extension of exactly one byte.</summary>
    public bool NextIsExtensionOfOneByte => NextCodeIs(MessagePackCode.FixExt1);

    public bool TryReadNil() => _reader.End ? throw EndOfData(Position) : _reader.TryReadNil();

    public bool ReadBoolean() => Read<bool>(WireKind.Boolean);

    /// <summary>Reads an integer of any width that fits in 64 signed bits.</summary>
    public long ReadInt64() => Read<long>(WireKind.Integer);

    /// <summary>Reads an integer of any width that fits in 64 unsigned bits.</summary>
    public ulong ReadUInt64() => Read<ulong>(WireKind.Integer);

    /// <summary>Reads an integer of any width that fits in 32 signed bits.</summary>
    public int ReadInt32() => Read<int>(WireKind.Integer);

    /// <summary>Reads an integer of any width that lies between two bounds.</summary>
    public long ReadInteger(long least, long most)
    {
        int start = Position;
        long value = ReadInt64();
        if (value < least || value > most)
        {
            GoBackTo(start);
            throw OutOfRange(value, start, $"{least}..{most}");
        }

        return value;
    }

    public float ReadSingle() => NextIsSingle ? Read<float>(WireKind.Float) : throw Unexpected(Position, nameof(WireKind.Float));

    /// <summary>Reads a double precision number; a single precision one is widened.</summary>
    public double ReadDouble() =>
        NextKind == WireKind.Float ? Read<double>(WireKind.Float) : throw Unexpected(Position, nameof(WireKind.Float));

    /// <summary>Reads a string, or nil as <see langword="null"/>.</summary>
    public string? ReadString()
    {
        if (TryReadNil())
        {
            return null;
        }

        int start = Position;
        ReadOnlySpan<byte> utf8 = ReadStringBytes();
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException exception)
        {
            GoBackTo(start);
            throw new WireFormatException(WireFormatException.Text(WireMessages.InvalidUtf8, start), exception);
        }
    }

    /// <summary>Reads a string that must not be nil.</summary>
    public string ReadRequiredString() =>
        NextKind == WireKind.Nil ? throw Unexpected(Position, nameof(WireKind.String)) : ReadString()!;

    /// <summary>Reads a string as its UTF-8 bytes, which stay where they are.</summary>
    public ReadOnlySpan<byte> ReadStringBytes()
    {
        int start = Position;
        try
        {
            return _reader.TryReadStringSpan(out ReadOnlySpan<byte> utf8) ? utf8 : throw Unexpected(start, nameof(WireKind.String));
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            throw Malformed(start, WireKind.String, exception);
        }
    }

    /// <summary>Reads a binary value as its bytes, which stay where they are.</summary>
    public ReadOnlySpan<byte> ReadBinary()
    {
        int start = Position;
        if (NextKind != WireKind.Binary)
        {
            throw Unexpected(start, nameof(WireKind.Binary));
        }

        try
        {
            return _reader.ReadBytes()!.Value.FirstSpan;
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            throw Malformed(start, WireKind.Binary, exception);
        }
    }

    /// <summary>Makes an array of the binary value that was read last; where its bytes are in memory that processes share, so is the array.</summary>
    public T[] ToArray<T>(scoped ReadOnlySpan<byte> bytes)
        where T : unmanaged
    {
        int count = bytes.Length / Unsafe.SizeOf<T>();
        if (bytes.Length >= SharedMemory.MinArray && MemoryMarshal.TryGetMemoryManager(_data, out SharedMemory? shared, out int start, out _)
            && shared.TryMap<T>(start + Position - bytes.Length, count) is { } mapped)
        {
            return mapped;
        }

        T[] array = LargePages.Allocate<T>(count);
        bytes.CopyTo(MemoryMarshal.AsBytes(array.AsSpan()));
        return array;
    }

    /// <summary>Reads a value in the form that the library has for its type.</summary>
    /// <typeparam name="T">One of the types of <see cref="LibraryFormats"/>.</typeparam>
    public T ReadAs<T>()
    {
        int start = Position;
        try
        {
            return LibraryFormats.For<T>().Deserialize(ref _reader, LibraryFormats.Options);
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            GoBackTo(start);
            throw exception is EndOfStreamException
                ? EndOfData(start, exception)
                : new WireFormatException(WireFormatException.Text(WireMessages.Malformed, start, typeof(T).Name, exception.Message), exception);
        }
    }

    /// <summary>Reads the header of an array. As many values follow, each of at least one byte.</summary>
    public int ReadArrayHeader() => ReadHeader(WireKind.Array);

    /// <summary>Reads the header of an array that must have <paramref name="expected"/> values.</summary>
    public void ReadArrayHeader(int expected)
    {
        int start = Position;
        if (ReadArrayHeader() != expected)
        {
            GoBackTo(start);
            throw Unexpected(start, $"{nameof(WireKind.Array)}[{expected}]");
        }
    }

    /// <summary>Reads the header of a map. As many pairs follow, each of at least two bytes.</summary>
    public int ReadMapHeader() => ReadHeader(WireKind.Map);

    /// <summary>Reads an extension value: its type code and its bytes, which stay where they are.</summary>
    public ReadOnlySpan<byte> ReadExtension(out sbyte type)
    {
        int start = Position;
        try
        {
            ExtensionHeader header = _reader.ReadExtensionFormatHeader();
            type = header.TypeCode;
            return _reader.ReadRaw(header.Length).FirstSpan;
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            throw Malformed(start, WireKind.Extension, exception);
        }
    }

    /// <summary>Reads an extension value as a reader of its content, as deep in containers as this one is.</summary>
    public WireReader ReadNested(out sbyte type)
    {
        int length = ReadExtension(out type).Length;
        WireReader nested = new(_data.Slice(Position - length, length));
        nested._reader.Depth = _reader.Depth;
        return nested;
    }

    /// <summary>Gets the type code of the extension value that is next, without reading it.</summary>
    public readonly sbyte PeekExtensionType()
    {
        WireReader ahead = this;
        _ = ahead.ReadExtension(out sbyte type);
        return type;
    }

    public ReadOnlyMemory<byte> ReadRaw()
    {
        int start = Position;
        Skip();
        return _data[start..Position];
    }

    /// <summary>Steps over one whole value, without recursion.</summary>
    public void Skip()
    {
        int start = Position;
        try
        {
            _reader.Skip();
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            throw Malformed(start, null, exception);
        }
    }

    /// <summary>Makes sure that the value that was read is all there is.</summary>
    public void EnsureEnd()
    {
        if (!_reader.End)
        {
            throw new WireFormatException(WireFormatException.Text(WireMessages.BytesLeft, Position, _data.Length - Position));
        }
    }

    public void Enter()
    {
        if (++_reader.Depth > MaxDepth)
        {
            throw new WireFormatException(WireFormatException.Text(WireMessages.TooDeep, Position, MaxDepth));
        }
    }

    public void Leave() => _reader.Depth--;

    // A length that no .NET length can be reaches the library's own arguments.
    private static bool IsMalformed(Exception exception) =>
        exception is MessagePackSerializationException or EndOfStreamException or OverflowException or ArgumentOutOfRangeException;

    private static WireFormatException OutOfRange(object value, int position, string type) =>
        new(WireFormatException.Text(WireMessages.NumberOutOfRange, value, position, type));

    private bool NextCodeIs(byte code) => _reader.End ? throw EndOfData(Position) : _reader.NextCode == code;

    private T Read<T>(WireKind expected)
    {
        int start = Position;
        try
        {
            return LibraryFormats.For<T>().Deserialize(ref _reader, LibraryFormats.Options);
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            throw Malformed(start, expected, exception, typeof(T).Name);
        }
    }

    private int ReadHeader(WireKind expected)
    {
        int start = Position;
        try
        {
            return expected == WireKind.Array ? _reader.ReadArrayHeader() : _reader.ReadMapHeader();
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            throw Malformed(start, expected, exception);
        }
    }

    /// <summary>Makes the error of a failed reading, and goes back to where it began.</summary>
    private WireFormatException Malformed(int start, WireKind? expected, Exception cause, string? type = null)
    {
        GoBackTo(start);
        return cause switch
        {
            OverflowException when type is not null => OutOfRange(NextInteger(), start, type),
            MessagePackSerializationException => Unexpected(start, expected?.ToString() ?? "a value", cause),
            _ => EndOfData(start, cause),
        };
    }

    private readonly WireFormatException Unexpected(int position, string expected, Exception? cause = null) =>
        _reader.End
            ? EndOfData(position, cause)
            : new(WireFormatException.Text(WireMessages.UnexpectedCode, position, _reader.NextCode, (WireKind)_reader.NextMessagePackType, expected), cause);

    private readonly WireFormatException EndOfData(int position, Exception? cause = null) =>
        new(WireFormatException.Text(WireMessages.EndOfData, _data.Length, position), cause);

    private readonly object NextInteger()
    {
        MessagePackReader ahead = _reader;
        return ahead.NextCode == MessagePackCode.UInt64 ? ahead.ReadUInt64() : ahead.ReadInt64();
    }

    private void GoBackTo(int position)
    {
        int depth = _reader.Depth;
        _reader = new MessagePackReader(_data[position..]) { Depth = depth };
        _start = position;
    }
}
