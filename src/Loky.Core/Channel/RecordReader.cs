using Loky.MessagePack;

namespace Loky.Channel;

/// <summary>Walks the records of a frame without decoding their values.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> records)
{
    private readonly ReadOnlySpan<byte> _records = records;
    private int _position;

    /// <summary>Gets the offset of the next record.</summary>
    public readonly int Position => _position;

    /// <summary>Reads the next record: its kind and the bytes of its value.</summary>
    /// <exception cref="MessagePackFormatException">The value is not MessagePack.</exception>
    public bool TryRead(out RecordKind kind, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (_position >= _records.Length)
        {
            kind = default;
            return false;
        }

        kind = (RecordKind)_records[_position++];
        if (kind != RecordKind.End)
        {
            var reader = new MessagePackReader(_records[_position..]);
            value = reader.ReadRaw();
            _position += value.Length;
        }

        return true;
    }

    /// <summary>Counts the items that end within <paramref name="records"/>.</summary>
    public static int CountEnded(ReadOnlySpan<byte> records)
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
