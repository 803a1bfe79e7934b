namespace Loky.Serialization;

/// <summary>Memories, as arrays of what they show.</summary>
internal sealed class MemoryFormatter<TMemory, T>(FormatterTable table, Func<TMemory, T[]> toArray, Func<T[], TMemory> create) : Formatter<TMemory>
    where TMemory : struct
{
    public override void Write(WriteSession session, TMemory value)
    {
        session.Writer.WriteArrayHeader(1);
        session.Enter();
        table.Exact(typeof(T[])).WriteObject(session, toArray(value));
        session.Leave();
    }

    public override TMemory Read(ref WireReader reader, ReadSession session)
    {
        reader.ReadArrayHeader(1);
        reader.Enter();
        T[]? items = (T[]?)table.Exact(typeof(T[])).ReadObject(ref reader, session);
        reader.Leave();
        return create(items ?? []);
    }
}
