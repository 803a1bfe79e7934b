using System.Collections;

namespace Loky.PowerShell.Serialization;

/// <summary>Sorted lists without types of keys and values.</summary>
internal static class SortedListFormatter
{
    public static Formatter Create(FormatterTable table) => new CollectionFormatter<SortedList, KeyValuePair<object, object?>>(
        table,
        static comparer => new SortedList((IComparer?)comparer),
        static (list, pair) => list.Add(pair.Key, pair.Value),

        // One that is not known is told by what is none.
        static list => FrameworkInternals.SortedListComparer.Get(list) ?? Guess(list) ?? (object)list,
        static list => [.. list.Cast<DictionaryEntry>().Select(static entry => KeyValuePair.Create(entry.Key, entry.Value))],
        isSorted: true);

    /// <summary>Finds the order that the keys are in, if it is one of the usual ones.</summary>
    private static IComparer? Guess(SortedList list)
    {
        IComparer[] usual = PSComparerFormatter.IgnoresCase(list) is true
            ? [CaseInsensitiveComparer.Default, StringComparer.OrdinalIgnoreCase]
            : [Comparer.Default, StringComparer.Ordinal];
        return Array.Find(usual, comparer => AreInOrder(list, comparer));
    }

    private static bool AreInOrder(SortedList list, IComparer comparer)
    {
        try
        {
            object[] keys = [.. list.Keys];
            return keys.Zip(keys.Skip(1), comparer.Compare).All(static order => order < 0);
        }
        catch (ArgumentException)
        {
            // Keys that have no order of their own.
            return false;
        }
    }
}
