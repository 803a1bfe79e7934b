namespace Loky.Serialization;

/// <summary>Collections that items are added to: comparer, then items, which may refer to the collection, made first.</summary>
internal sealed class CollectionFormatter<TCollection, T>(
    FormatterTable table,
    Func<TCollection, IReadOnlyCollection<T>> items,
    Func<object?, TCollection> create,
    Func<TCollection, object?> comparer,
    Action<TCollection, T> add,
    bool isSorted = false)
    : ReferenceFormatter<TCollection>
    where TCollection : class
{
    public override object? ComparerOf(object collection) => comparer((TCollection)collection);

    protected override void WriteContent(WriteSession session, TCollection value)
    {
        session.Writer.WriteArrayHeader(2);
        session.Table.Comparers.Write(session, comparer(value), isSorted);
        IReadOnlyCollection<T> content = items(value);
        ItemSequence.Write(session, table.Declared<T>(), content, content.Count, typeof(TCollection));
    }

    protected override TCollection ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        reader.ReadArrayHeader(2);
        TCollection collection = create(session.Table.Comparers.Read(ref reader, session));
        session.Register(slot, collection);
        Formatter<T> formatter = table.Declared<T>();
        int count = reader.ReadArrayHeader();
        reader.Enter();
        for (int i = 0; i < count; i++)
        {
            add(collection, formatter.Read(ref reader, session));
        }

        reader.Leave();
        return collection;
    }
}

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
