using Loky.Wire;

namespace Loky.Serialization;

/// <summary>
/// Writes and reads collections that are made of all their items at once: the comparer, then the items. They exist only
/// after their items, so these cannot refer to them.
/// </summary>
/// <typeparam name="TCollection">The type of the collection.</typeparam>
/// <typeparam name="T">The type of the items; pairs, if it is a dictionary.</typeparam>
/// <param name="table">Where the formatter of the items is.</param>
/// <param name="items">Gets the items in the order in which <paramref name="create"/> wants them.</param>
/// <param name="create">Makes the collection of its items and comparer.</param>
/// <param name="comparer">Gets the comparer of a collection.</param>
internal sealed class SequenceFormatter<TCollection, T>(
    FormatterTable table, Func<TCollection, T[]> items, Func<T[], object?, TCollection> create, Func<TCollection, object?> comparer)
    : ReferenceFormatter<TCollection>
    where TCollection : class
{
    /// <inheritdoc/>
    protected override void WriteContent(WriteSession session, TCollection value)
    {
        int number = session.BeginLate(value);
        session.Writer.WriteArrayHeader(2);
        session.Table.Comparers.Write(session, comparer(value));
        ItemSequence.Write(session, table.Declared<T>(), new ReadOnlySpan<T>(items(value)), typeof(TCollection));
        session.EndLate(value, number);
    }

    /// <inheritdoc/>
    protected override TCollection ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        reader.ReadArrayHeader(2);
        object? comparison = session.Table.Comparers.Read(ref reader, session);
        TCollection collection = create(ItemSequence.ReadArray(ref reader, session, table.Declared<T>()), comparison);
        session.Register(slot, collection);
        return collection;
    }
}
