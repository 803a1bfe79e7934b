using Loky.Wire;

namespace Loky.Serialization;

/// <summary>
/// Writes and reads collections by adding their items one after the other: the comparer, then the items. The collection
/// exists before its items, so these may refer to it.
/// </summary>
/// <typeparam name="TCollection">The type of the collection.</typeparam>
/// <typeparam name="T">The type of the items; pairs, if it is a dictionary.</typeparam>
/// <param name="table">Where the formatter of the items is.</param>
/// <param name="items">Gets the items of a collection.</param>
/// <param name="create">Makes an empty collection with the comparer.</param>
/// <param name="comparer">Gets the comparer of a collection.</param>
/// <param name="add">Adds an item.</param>
/// <param name="isSorted">Whether the comparer orders the items.</param>
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
    /// <inheritdoc/>
    public override object? ComparerOf(object collection) => comparer((TCollection)collection);

    /// <inheritdoc/>
    protected override void WriteContent(WriteSession session, TCollection value)
    {
        session.Writer.WriteArrayHeader(2);
        session.Table.Comparers.Write(session, comparer(value), isSorted);
        IReadOnlyCollection<T> content = items(value);
        ItemSequence.Write(session, table.Declared<T>(), content, content.Count, typeof(TCollection));
    }

    /// <inheritdoc/>
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
