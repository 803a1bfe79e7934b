using System.Buffers.Binary;

namespace Loky.MessagePack;

/// <content>Reads numbers of every format.</content>
internal ref partial struct MessagePackReader
{
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

    private static int IntegerSize(byte code) => code switch
    {
        MessagePackCode.UInt8 or MessagePackCode.Int8 => 2,
        MessagePackCode.UInt16 or MessagePackCode.Int16 => 3,
        MessagePackCode.UInt32 or MessagePackCode.Int32 => 5,
        MessagePackCode.UInt64 or MessagePackCode.Int64 => 9,
        _ => 1,
    };
}
