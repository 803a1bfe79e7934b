using Loky.Wire;

namespace Loky.Channel;

/// <summary>Walks the records of a frame without decoding their values.</summary>
internal ref struct RecordReader(ReadOnlyMemory<byte> records)
{
    private WireReader _reader = new(records);

    /// <summary>Gets the offset of the next record.</summary>
    public int Position => _reader.Position;

    /// <summary>Reads the next record: its kind and the bytes of its value.</summary>
    /// <exception cref="WireFormatException">The value is not MessagePack.</exception>
    public bool TryRead(out RecordKind kind, out ReadOnlyMemory<byte> value)
    {
        value = default;
        if (_reader.End)
        {
            kind = default;
            return false;
        }

        // A kind is a byte that is a MessagePack integer too.
        kind = (RecordKind)_reader.ReadInteger(0, sbyte.MaxValue);
        if (kind != RecordKind.End)
        {
            value = _reader.ReadRaw();
        }

        return true;
    }

    /// <summary>Counts the items that end within <paramref name="records"/>.</summary>
    public static int CountEnded(ReadOnlyMemory<byte> records)
    {
        int count = 0;
        var reader = new RecordReader(records);
        while (reader.TryRead(out RecordKind kind, out _))
        {
            if (kind == RecordKind.End)
            {
                count++;
            }
        }

        return count;
    }
}
