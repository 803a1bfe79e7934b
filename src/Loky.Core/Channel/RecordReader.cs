using Loky.Wire;

namespace Loky.Channel;

/// <summary>Walks the records of a frame without decoding their values.</summary>
internal ref struct RecordReader(ReadOnlyMemory<byte> records)
{
    private readonly ReadOnlyMemory<byte> _records = records;
    private readonly ReadOnlySpan<byte> _bytes = records.Span;
    private int _position;

    /// <summary>Gets the offset of the next record.</summary>
    public readonly int Position => _position;

    /// <summary>Reads the next record: its kind and the bytes of its value.</summary>
    /// <exception cref="WireFormatException">The value is not MessagePack.</exception>
    public bool TryRead(out RecordKind kind, out ReadOnlyMemory<byte> value)
    {
        bool read = TryRead(out kind, out int start, out int length);
        value = length > 0 ? _records.Slice(start, length) : default;
        return read;
    }

    /// <summary>Counts the items that end within <paramref name="records"/>.</summary>
    public static int CountEnded(ReadOnlyMemory<byte> records)
    {
        int count = 0;
        var reader = new RecordReader(records);
        while (reader.TryRead(out RecordKind kind, out _, out _))
        {
            if (kind == RecordKind.End)
            {
                count++;
            }
        }

        return count;
    }

    private bool TryRead(out RecordKind kind, out int start, out int length)
    {
        (kind, start, length) = (default, 0, 0);
        if (_position == _bytes.Length)
        {
            return false;
        }

        // A kind is a byte that is a MessagePack integer too.
        byte code = _bytes[_position];
        if (code <= sbyte.MaxValue)
        {
            (kind, _position) = ((RecordKind)code, _position + 1);
        }
        else
        {
            var reader = new WireReader(_records, _position);
            (kind, _position) = ((RecordKind)reader.ReadInteger(0, sbyte.MaxValue), reader.Position);
        }

        if (kind != RecordKind.End)
        {
            // Most values are simple, and each record is looked at several times.
            (start, length) = (_position, WireReader.LengthOfSimple(_bytes[_position..]));
            if (length == 0)
            {
                var reader = new WireReader(_records, _position);
                reader.Skip();
                length = reader.Position - start;
            }

            _position += length;
        }

        return true;
    }
}
