using System.Collections.Specialized;
using System.Collections;
using Loky.PowerShell.Internals;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// PowerShell's tables that keep the order of their keys, which <c>ConvertFrom-Json -AsHashtable</c> makes. The reference
/// assembly does not have the type.
/// </summary>
internal static class OrderedHashtables
{
    /// <summary>Writes a table.</summary>
    public static void Write(PSWriteSession session, object value)
    {
        if (!session.Begin(value))
        {
            return;
        }

        var table = (IDictionary)value;
        WriteOf(session, table, FrameworkInternals.OrderedHashtable.Get(value) is { } inner ? DictionaryEncoders.ComparerOf(inner) : PSComparerFormatter.Guess(table));
        session.Leave();
    }

    /// <summary>Writes a table with the keys and values of any dictionary, in their order.</summary>
    public static void WriteOf(PSWriteSession session, IDictionary value, object? comparer)
    {
        session.BeginComposite(PSComposite.OrderedHashtable, checked(1 + (value.Count * 2)));
        session.Table.Comparers.Write(session, comparer);
        DictionaryEncoders.WritePairs(session, value);
    }

    /// <summary>Reads a table; where PowerShell has no such type, one without order.</summary>
    public static Hashtable Read(ref WireReader reader, PSReadSession session, int slot, int count)
    {
        int pairs = DictionaryDecoder.Pairs(count);
        Hashtable table = Create(session.Table.Comparers.Read(ref reader, session) as IEqualityComparer);
        session.Register(slot, table);
        for (int i = 0; i < pairs; i++)
        {
            object key = session.ReadValue(ref reader)!;
            table.Add(key, session.ReadValue(ref reader));
        }

        return table;
    }

    private static Hashtable Create(IEqualityComparer? comparer)
    {
        if (ObjectInternals.NewOrderedHashtable.New() is not { } table)
        {
            return new Hashtable(comparer);
        }

        // The type's own constructors only make tables whose keys are told apart by their case.
        return comparer is null || FrameworkInternals.OrderedHashtable.Set(table, new OrderedDictionary(comparer)) || comparer.Equals(StringComparer.Ordinal)
            ? table
            : new Hashtable(comparer);
    }
}
