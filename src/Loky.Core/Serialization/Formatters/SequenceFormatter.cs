namespace Loky.Serialization;

/// <summary>Collections made of all their items at once, which therefore cannot refer to them: comparer, then items.</summary>
internal sealed class SequenceFormatter<TCollection, T>(
    FormatterTable table, Func<TCollection, T[]> items, Func<T[], object?, TCollection> create, Func<TCollection, object?> comparer)
    : ReferenceFormatter<TCollection>
    where TCollection : class
{
    protected override void WriteContent(WriteSession session, TCollection value)
    {
        int number = session.BeginLate(value);
        session.Writer.WriteArrayHeader(2);
        session.Table.Comparers.Write(session, comparer(value));
        ItemSequence.Write(session, table.Declared<T>(), new ReadOnlySpan<T>(items(value)), typeof(TCollection));
        session.EndLate(value, number);
    }

    protected override TCollection ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        reader.ReadArrayHeader(2);
        object? comparison = session.Table.Comparers.Read(ref reader, session);
        TCollection collection = create(ItemSequence.ReadArray(ref reader, session, table.Declared<T>()), comparison);
        session.Register(slot, collection);
        return collection;
    }
}
