using System.Collections;
using Loky.PowerShell.Internals;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Sorted lists with key and value types, with the order of their keys.</summary>
internal sealed class SortedListCodec<TKey, TValue> : GenericCodec
    where TKey : notnull
{
    /// <inheritdoc/>
    public override void Write(PSValueWriter writer, object value)
    {
        var list = (SortedList<TKey, TValue>)value;
        if (!SortComparers.CanWrite(list.Comparer))
        {
            ObjectEncoder.WriteUnwrapped(writer, value);
        }
        else if (writer.Begin(value))
        {
            writer.BeginComposite(PSComposite.SortedList, checked(4 + (list.Count * 2)));
            SortedDictionaryCodec<TKey, TValue>.WriteSorted(writer, list, list.Comparer);
            writer.Leave();
        }
    }

    /// <inheritdoc/>
    public override object Read(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var list = new SortedList<TKey, TValue>(SortComparers.Read(ref reader) as IComparer<TKey>);
        values.SetReference(slot, list);
        SortedDictionaryCodec<TKey, TValue>.ReadPairs(ref reader, values, list, (count - 2) / 2);
        return list;
    }
}

/// <summary>Sorted lists without them.</summary>
internal static class SortedListCodec
{
    /// <summary>Writes a sorted list.</summary>
    public static void Write(PSValueWriter writer, object value)
    {
        var list = (SortedList)value;
        IComparer? comparer = FrameworkInternals.SortedListComparer.Get(list) ?? Guess(list);
        if (comparer is null || !SortComparers.CanWrite(comparer))
        {
            ObjectEncoder.WriteUnwrapped(writer, value);
        }
        else if (writer.Begin(value))
        {
            writer.BeginComposite(PSComposite.SortedList, checked(3 + (list.Count * 2)));
            writer.Out.WriteNil();
            SortComparers.Write(writer, comparer);
            DictionaryEncoders.WritePairs(writer, list);
            writer.Leave();
        }
    }

    /// <summary>Reads what follows the nil.</summary>
    public static SortedList Read(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var list = new SortedList(SortComparers.Read(ref reader));
        values.SetReference(slot, list);
        for (int i = 0; i < (count - 2) / 2; i++)
        {
            object key = values.ReadValue(ref reader)!;
            list.Add(key, values.ReadValue(ref reader));
        }

        return list;
    }

    /// <summary>Finds the order that the keys are in, if it is one of the usual ones.</summary>
    private static IComparer? Guess(SortedList list)
    {
        IComparer[] usual = KeyComparers.IgnoresCase(list) is true
            ? [CaseInsensitiveComparer.Default, StringComparer.OrdinalIgnoreCase]
            : [Comparer.Default, StringComparer.Ordinal];
        return Array.Find(usual, comparer => AreInOrder(list, comparer));
    }

    private static bool AreInOrder(SortedList list, IComparer comparer)
    {
        try
        {
            for (int i = 1; i < list.Count; i++)
            {
                if (comparer.Compare(list.GetKey(i - 1), list.GetKey(i)) >= 0)
                {
                    return false;
                }
            }

            return true;
        }
        catch (ArgumentException)
        {
            // Keys that have no order of their own.
            return false;
        }
    }
}
