using System.Collections.Specialized;
using System.Collections;
using System.Globalization;

namespace Loky.PowerShell.Serialization;

/// <summary>The dictionaries without key and value types: a comparer, then keys and values in turn.</summary>
internal static class DictionaryFormatter
{
    private static readonly Lazy<Func<OrderedDictionary, IEqualityComparer?>?> OrderedComparer =
        new(FrameworkInternals.OrderedComparer.Compile<OrderedDictionary>);

    public static void WriteHashtable(PSWriteSession session, object value) =>
        Write(session, PSComposite.Hashtable, value, static table => ComparerOf((Hashtable)table));

    public static void WriteOrdered(PSWriteSession session, object value) =>
        Write(session, PSComposite.OrderedDictionary, value, static dictionary => ComparerOf((OrderedDictionary)dictionary));

    /// <summary>The table in order of <c>ConvertFrom-Json -AsHashtable</c>; the reference assembly lacks its type.</summary>
    public static void WriteOrderedHashtable(PSWriteSession session, object value) => Write(
        session,
        PSComposite.OrderedHashtable,
        value,
        static table => FrameworkInternals.OrderedHashtable.Get(table) is { } inner ? ComparerOf(inner) : PSComparerFormatter.Guess(table));

    public static void WriteEntry(PSWriteSession session, object value)
    {
        var entry = (DictionaryEntry)value;
        session.SkipReference();
        session.Enter(value);
        session.BeginComposite(PSComposite.DictionaryEntry, 2);
        session.At(nameof(entry.Key));
        session.WriteValue(entry.Key);
        session.At(nameof(entry.Value));
        session.WriteValue(entry.Value);
        session.Leave();
    }

    /// <summary>Gets the pairs in the order of their keys' texts; that of objects may change from process to process.</summary>
    private static OrderedDictionary InOrder(IDictionary table)
    {
        // Keys that the table had apart stay apart, however they compare.
        var pairs = new OrderedDictionary(table.Count, ReferenceEqualityComparer.Instance);
        foreach (DictionaryEntry pair in table.Cast<DictionaryEntry>().OrderBy(
            static pair => pair.Key is string or ValueType ? Convert.ToString(pair.Key, CultureInfo.InvariantCulture) : string.Empty, StringComparer.Ordinal))
        {
            pairs.Add(pair.Key, pair.Value);
        }

        return pairs;
    }

    public static void WriteContent(PSWriteSession session, PSComposite kind, IDictionary value, object? comparer)
    {
        session.BeginComposite(kind, checked(1 + (value.Count * 2)));
        session.Table.Comparers.Write(session, comparer);
        WritePairs(session, session.IsStable && kind == PSComposite.Hashtable ? InOrder(value) : value);
    }

    /// <summary>Writes a key. It must not become one that another has, or null.</summary>
    public static void WriteKey(PSWriteSession session, object key)
    {
        if (key is string or ValueType)
        {
            session.WriteValue(key);
            return;
        }

        // As texts, which is what is left of objects this deep, two keys could be the same.
        session.WriteAtDepth(Math.Max(session.DepthLeft, 1), session.IsPending((key as PSObject)?.BaseObject ?? key) ? key.ToString() : key);
    }

    private static object? ComparerOf(OrderedDictionary dictionary) =>
        OrderedComparer.Value is { } get ? get(dictionary) : PSComparerFormatter.Guess(dictionary);

    private static object? ComparerOf(Hashtable table) =>
        FrameworkInternals.HashtableComparer.Info is { } get ? get(table) : PSComparerFormatter.Guess(table);

    private static void Write(PSWriteSession session, PSComposite kind, object value, Func<IDictionary, object?> comparerOf)
    {
        if (session.Begin(value))
        {
            WriteContent(session, kind, (IDictionary)value, comparerOf((IDictionary)value));
            session.Leave();
        }
    }

    private static void WritePairs(PSWriteSession session, IDictionary dictionary)
    {
        int announced = dictionary.Count;
        int found = 0;
        IDictionaryEnumerator pairs = dictionary.GetEnumerator();
        while (pairs.MoveNext())
        {
            if (found < announced)
            {
                object key = pairs.Key;
                session.At(key as string ?? string.Empty);
                WriteKey(session, key);
                session.WriteValue(pairs.Value);
            }

            found++;
        }

        ArrayFormatters.ThrowIfChanged(announced, found);
    }

    public static Hashtable ReadHashtable(ref WireReader reader, PSReadSession session, int slot, int count) =>
        ReadPairs(ref reader, session, slot, new Hashtable(ItemSequence.Room(count / 2), ReadComparer(ref reader, session)), count);

    public static OrderedDictionary ReadOrdered(ref WireReader reader, PSReadSession session, int slot, int count) =>
        ReadPairs(ref reader, session, slot, new OrderedDictionary(ItemSequence.Room(count / 2), ReadComparer(ref reader, session)), count);

    /// <summary>Where PowerShell has no such type, the table is one without order.</summary>
    public static Hashtable ReadOrderedHashtable(ref WireReader reader, PSReadSession session, int slot, int count) =>
        ReadPairs(ref reader, session, slot, CreateOrderedHashtable(ReadComparer(ref reader, session)), count);

    public static DictionaryEntry ReadEntry(ref WireReader reader, PSReadSession session)
    {
        object key = session.ReadValue(ref reader)!;
        return new DictionaryEntry(key, session.ReadValue(ref reader));
    }

    private static IEqualityComparer? ReadComparer(ref WireReader reader, PSReadSession session) =>
        session.Table.Comparers.Read(ref reader, session) as IEqualityComparer;

    private static T ReadPairs<T>(ref WireReader reader, PSReadSession session, int slot, T dictionary, int count)
        where T : IDictionary
    {
        session.Register(slot, dictionary);
        for (int i = 0; i < count / 2; i++)
        {
            object key = session.ReadValue(ref reader)!;
            dictionary.Add(key, session.ReadValue(ref reader));
        }

        return dictionary;
    }

    private static Hashtable CreateOrderedHashtable(IEqualityComparer? comparer)
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
