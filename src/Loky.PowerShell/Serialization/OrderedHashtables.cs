using System.Collections;
using System.Collections.Specialized;
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
    public static void Write(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var table = (IDictionary)value;
        WriteOf(writer, table, FrameworkInternals.OrderedHashtable.Get(value) is { } inner ? DictionaryEncoders.ComparerOf(inner) : KeyComparers.Guess(table));
        writer.Leave();
    }

    /// <summary>Writes a table with the keys and values of any dictionary, in their order.</summary>
    public static void WriteOf(PSValueWriter writer, IDictionary value, object? comparer)
    {
        writer.BeginComposite(PSComposite.OrderedHashtable, checked(1 + (value.Count * 2)));
        KeyComparers.Write(writer, comparer);
        DictionaryEncoders.WritePairs(writer, value);
    }

    /// <summary>Reads a table; where PowerShell has no such type, one without order.</summary>
    public static Hashtable Read(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        int pairs = DictionaryDecoder.Pairs(count);
        Hashtable table = Create(KeyComparers.Read(ref reader));
        values.SetReference(slot, table);
        for (int i = 0; i < pairs; i++)
        {
            object key = values.ReadValue(ref reader)!;
            table.Add(key, values.ReadValue(ref reader));
        }

        return table;
    }

    private static Hashtable Create(StringComparer? comparer)
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
