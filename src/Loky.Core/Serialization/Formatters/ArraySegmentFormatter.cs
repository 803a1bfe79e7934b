namespace Loky.Serialization;

/// <summary>Parts of arrays: the array, which may be shared, then which part it is.</summary>
internal sealed class ArraySegmentFormatter<T>(FormatterTable table) : Formatter<ArraySegment<T>>
{
    public override void Write(WriteSession session, ArraySegment<T> value)
    {
        session.Writer.WriteArrayHeader(3);
        session.Enter();
        table.Declared<T[]>().Write(session, value.Array!);
        session.Leave();
        session.Writer.Write((long)value.Offset);
        session.Writer.Write((long)value.Count);
    }

    public override ArraySegment<T> Read(ref WireReader reader, ReadSession session)
    {
        reader.ReadArrayHeader(3);
        reader.Enter();
        T[]? array = table.Declared<T[]>().Read(ref reader, session);
        reader.Leave();
        int offset = reader.ReadInt32();
        int count = reader.ReadInt32();
        return array is null ? default : new ArraySegment<T>(array, offset, count);
    }
}
