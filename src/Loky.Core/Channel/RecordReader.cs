namespace Loky.Channel;

/// <summary>Walks the records that a <see cref="RecordWriter"/> wrote, without a look at their values.</summary>
internal ref struct RecordReader(ReadOnlyMemory<byte> records)
{
    private readonly ReadOnlySpan<byte> _bytes = records.Span;
    private bool _endsItem;

    public int Position { get; private set; }

    /// <summary>Reads the next record; one that ends its item is followed by an <see cref="RecordKind.End"/>.</summary>
    /// <exception cref="ProtocolException">The bytes end within the record, or it is none.</exception>
    public bool TryRead(out RecordKind kind, out ReadOnlyMemory<byte> value)
    {
        if (_endsItem)
        {
            (kind, value, _endsItem) = (RecordKind.End, default, false);
            return true;
        }

        bool isRecord = TryStep(out kind, out int start, out int length, out _endsItem);
        value = length == 0 ? default : records.Slice(start, length);
        _endsItem &= kind != RecordKind.End;
        return isRecord;
    }

    /// <summary>Counts the items that end within <paramref name="records"/>.</summary>
    /// <exception cref="ProtocolException">They are no records.</exception>
    public static int CountEnded(ReadOnlyMemory<byte> records)
    {
        int count = 0;
        var reader = new RecordReader(records);
        while (reader.TryStep(out _, out _, out _, out bool endsItem))
        {
            count += endsItem ? 1 : 0;
        }

        return count;
    }

    private bool TryStep(out RecordKind kind, out int start, out int length, out bool endsItem)
    {
        int position = Position;
        (kind, start, length, endsItem) = (default, position, 0, false);
        if (position == _bytes.Length)
        {
            return false;
        }

        byte first = _bytes[position++];
        kind = (RecordKind)(first & ~RecordWriter.EndBit);
        endsItem = first is (byte)RecordKind.End or >= RecordWriter.EndBit;
        if (first != (byte)RecordKind.End)
        {
            length = ReadLength(ref position);
            if (kind == RecordKind.End || length == 0 || length > _bytes.Length - position)
            {
                throw Malformed(length);
            }
        }

        start = position;
        Position = position + length;
        return true;
    }

    private readonly int ReadLength(ref int position)
    {
        long length = 0;
        for (int shift = 0; position < _bytes.Length && shift < 35; shift += 7)
        {
            byte part = _bytes[position++];
            length |= (long)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return (int)Math.Min(length, int.MaxValue);
            }
        }

        throw Malformed(length);
    }

    private readonly ProtocolException Malformed(long length) =>
        new(MessageText.Format(Messages.RecordMalformed, Position, length, _bytes.Length));
}
