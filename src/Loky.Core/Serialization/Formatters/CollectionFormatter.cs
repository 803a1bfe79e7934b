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
