using System.Runtime.CompilerServices;

namespace Loky.Serialization;

/// <summary>One-dimensional arrays, item by item.</summary>
internal sealed class ArrayFormatter<T>(FormatterTable table) : ReferenceFormatter<T[]>
{
    protected override void WriteContent(WriteSession session, T[] value)
    {
        bool isLate = typeof(T).IsValueType && RuntimeHelpers.IsReferenceOrContainsReferences<T>();
        int number = isLate ? session.BeginLate(value) : 0;
        ItemSequence.Write(session, table.Declared<T>(), new ReadOnlySpan<T>(value), typeof(T[]));
        if (isLate)
        {
            session.EndLate(value, number);
        }
    }

    protected override T[] ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        Formatter<T> formatter = table.Declared<T>();
        if (typeof(T).IsValueType)
        {
            // It grows while it is read, as a struct may be far larger than the one byte that is vouched for: so the items
            // cannot refer to the array, which the writer refuses.
            T[] items = ItemSequence.ReadArray(ref reader, session, formatter);
            session.Register(slot, items);
            return items;
        }

        // A reference is eight bytes at most for each byte that is there.
        T[] array = new T[reader.ReadArrayHeader()];
        session.Register(slot, array);
        reader.Enter();
        for (int i = 0; i < array.Length; i++)
        {
            array[i] = formatter.Read(ref reader, session);
        }

        reader.Leave();
        return array;
    }
}
