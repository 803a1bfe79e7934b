namespace Loky.Serialization;

/// <summary>Collections that items are added to: comparer, then items, which may refer to the collection, made first.</summary>
/// <param name="table">The formatters of the items.</param>
/// <param name="create">Makes an empty collection that compares by a comparer.</param>
/// <param name="add">Adds an item.</param>
/// <param name="comparer">Gets the comparer, where there is one.</param>
/// <param name="items">Gets the items in the order to add them in, where that is not the collection itself.</param>
/// <param name="isSorted">Whether the comparer orders the items.</param>
internal sealed class CollectionFormatter<TCollection, T>(
    FormatterTable table,
    Func<object?, TCollection> create,
    Action<TCollection, T> add,
    Func<TCollection, object?>? comparer = null,
    Func<TCollection, IReadOnlyCollection<T>>? items = null,
    bool isSorted = false)
    : ReferenceFormatter<TCollection>
    where TCollection : class
{
    public override object? ComparerOf(object collection) => comparer?.Invoke((TCollection)collection);

    protected override void WriteContent(WriteSession session, TCollection value)
    {
        session.Writer.WriteArrayHeader(2);
        session.Table.Comparers.Write(session, comparer?.Invoke(value), isSorted);
        IReadOnlyCollection<T> content = items is null ? (IReadOnlyCollection<T>)value : items(value);
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
    FormatterTable table, Func<T[], object?, TCollection> create, Func<TCollection, object?>? comparer = null, Func<TCollection, T[]>? items = null)
    : ReferenceFormatter<TCollection>
    where TCollection : class, IEnumerable<T>
{
    protected override void WriteContent(WriteSession session, TCollection value)
    {
        int number = session.BeginLate(value);
        session.Writer.WriteArrayHeader(2);
        session.Table.Comparers.Write(session, comparer?.Invoke(value));
        T[] content = items is null ? [.. value] : items(value);
        ItemSequence.Write(session, table.Declared<T>(), new ReadOnlySpan<T>(content), typeof(TCollection));
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
