using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Immutable = System.Collections.Immutable;

namespace Loky.Serialization;

/// <summary>Makes the formatters of the collections of .NET: for each collection, the method of its name.</summary>
internal static class KnownCollections
{
    private static readonly Dictionary<string, MethodInfo> Makers = typeof(KnownCollections)
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(method => method.ReturnType == typeof(Formatter))
        .ToDictionary(method => method.IsGenericMethod ? $"{method.Name}`{method.GetGenericArguments().Length}" : method.Name);

    /// <summary>Makes the formatter of a collection, or returns <see langword="null"/> for a type that is none.</summary>
    public static Formatter? TryCreate(Type type, FormatterTable table) =>
        !type.IsGenericTypeDefinition && TypeNumbers.DotNet.Contains(type) && Makers.TryGetValue(type.Name, out MethodInfo? maker)
            ? (Formatter)(type.IsGenericType ? maker.MakeGenericMethod(type.GetGenericArguments()) : maker).Invoke(null, [table])!
            : null;

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EqualityComparer")]
    private static extern IEqualityComparer? ComparerOf(Hashtable hashtable);

    internal static Formatter ArrayList(FormatterTable table) => new CollectionFormatter<ArrayList, object?>(
        table, static _ => [], static (list, item) => list.Add(item), items: static list => list.ToArray());

    internal static Formatter Hashtable(FormatterTable table) => new CollectionFormatter<Hashtable, DictionaryEntry>(
        table,
        static comparer => new((IEqualityComparer?)comparer),
        static (hashtable, entry) => hashtable.Add(entry.Key, entry.Value),
        ComparerOf,
        static hashtable => [.. hashtable.Cast<DictionaryEntry>()]);

    internal static Formatter Queue(FormatterTable table) => new CollectionFormatter<Queue, object?>(
        table, static _ => new(), static (queue, item) => queue.Enqueue(item), items: static queue => queue.ToArray());

    internal static Formatter Stack(FormatterTable table) => new CollectionFormatter<Stack, object?>(
        table, static _ => new(), static (stack, item) => stack.Push(item), items: static stack => Reversed(stack.ToArray()));

    internal static Formatter List<T>(FormatterTable table) =>
        table.IsBlockElement(typeof(T))
            ? (Formatter)Activator.CreateInstance(typeof(BlockListFormatter<>).MakeGenericType(typeof(T)))!
            : new ListFormatter<T>(table);

    internal static Formatter HashSet<T>(FormatterTable table) => new CollectionFormatter<HashSet<T>, T>(
        table, static comparer => new((IEqualityComparer<T>?)comparer), static (set, item) => set.Add(item), static set => set.Comparer);

    internal static Formatter SortedSet<T>(FormatterTable table) => new CollectionFormatter<SortedSet<T>, T>(
        table, static comparer => new((IComparer<T>?)comparer), static (set, item) => set.Add(item), static set => set.Comparer, isSorted: true);

    internal static Formatter LinkedList<T>(FormatterTable table) => new CollectionFormatter<LinkedList<T>, T>(
        table, static _ => new(), static (list, item) => list.AddLast(item));

    internal static Formatter Collection<T>(FormatterTable table) => new CollectionFormatter<Collection<T>, T>(
        table, static _ => [], static (list, item) => list.Add(item));

    internal static Formatter ObservableCollection<T>(FormatterTable table) => new CollectionFormatter<ObservableCollection<T>, T>(
        table, static _ => [], static (list, item) => list.Add(item));

    internal static Formatter Dictionary<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new CollectionFormatter<Dictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table,
            static comparer => new((IEqualityComparer<TKey>?)comparer),
            static (dictionary, pair) => dictionary.Add(pair.Key, pair.Value),
            static dictionary => dictionary.Comparer);

    internal static Formatter SortedDictionary<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new CollectionFormatter<SortedDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table,
            static comparer => new((IComparer<TKey>?)comparer),
            static (dictionary, pair) => dictionary.Add(pair.Key, pair.Value),
            static dictionary => dictionary.Comparer,
            isSorted: true);

    internal static Formatter SortedList<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new CollectionFormatter<SortedList<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table,
            static comparer => new((IComparer<TKey>?)comparer),
            static (list, pair) => list.Add(pair.Key, pair.Value),
            static list => list.Comparer,
            isSorted: true);

    internal static Formatter ConcurrentDictionary<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new CollectionFormatter<ConcurrentDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table,
            static comparer => new((IEqualityComparer<TKey>?)comparer),
            static (dictionary, pair) => dictionary[pair.Key] = pair.Value,
            static dictionary => dictionary.Comparer,
            static dictionary => dictionary.ToArray());

    internal static Formatter Queue<T>(FormatterTable table) => new CollectionFormatter<Queue<T>, T>(
        table, static _ => new(), static (queue, item) => queue.Enqueue(item));

    internal static Formatter Stack<T>(FormatterTable table) => new CollectionFormatter<Stack<T>, T>(
        table, static _ => new(), static (stack, item) => stack.Push(item), items: Reversed);

    internal static Formatter ConcurrentQueue<T>(FormatterTable table) => new CollectionFormatter<ConcurrentQueue<T>, T>(
        table, static _ => new(), static (queue, item) => queue.Enqueue(item), items: static queue => queue.ToArray());

    internal static Formatter ConcurrentStack<T>(FormatterTable table) => new CollectionFormatter<ConcurrentStack<T>, T>(
        table, static _ => new(), static (stack, item) => stack.Push(item), items: Reversed);

    internal static Formatter ConcurrentBag<T>(FormatterTable table) => new CollectionFormatter<ConcurrentBag<T>, T>(
        table, static _ => [], static (bag, item) => bag.Add(item), items: Reversed);

    internal static Formatter PriorityQueue<TElement, TPriority>(FormatterTable table) =>
        new CollectionFormatter<PriorityQueue<TElement, TPriority>, (TElement Element, TPriority Priority)>(
            table,
            static comparer => new((IComparer<TPriority>?)comparer),
            static (queue, item) => queue.Enqueue(item.Element, item.Priority),
            static queue => queue.Comparer,
            static queue => queue.UnorderedItems);

    internal static Formatter ReadOnlyCollection<T>(FormatterTable table) => new SequenceFormatter<ReadOnlyCollection<T>, T>(
        table, static (items, _) => new(items));

    internal static Formatter ReadOnlyDictionary<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new SequenceFormatter<ReadOnlyDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table, static (pairs, _) => new(new Dictionary<TKey, TValue>(pairs)));

    internal static Formatter ImmutableList<T>(FormatterTable table) => new SequenceFormatter<ImmutableList<T>, T>(
        table, static (items, _) => [.. items]);

    internal static Formatter ImmutableHashSet<T>(FormatterTable table) => new SequenceFormatter<ImmutableHashSet<T>, T>(
        table, static (items, comparer) => Immutable.ImmutableHashSet.CreateRange((IEqualityComparer<T>?)comparer, items), static set => set.KeyComparer);

    internal static Formatter ImmutableSortedSet<T>(FormatterTable table) => new SequenceFormatter<ImmutableSortedSet<T>, T>(
        table, static (items, comparer) => Immutable.ImmutableSortedSet.CreateRange((IComparer<T>?)comparer, items), static set => set.KeyComparer);

    internal static Formatter ImmutableDictionary<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new SequenceFormatter<ImmutableDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table,
            static (pairs, comparer) => Immutable.ImmutableDictionary.CreateRange((IEqualityComparer<TKey>?)comparer, pairs),
            static dictionary => dictionary.KeyComparer);

    internal static Formatter ImmutableSortedDictionary<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new SequenceFormatter<ImmutableSortedDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table,
            static (pairs, comparer) => Immutable.ImmutableSortedDictionary.CreateRange((IComparer<TKey>?)comparer, pairs),
            static dictionary => dictionary.KeyComparer);

    internal static Formatter ImmutableQueue<T>(FormatterTable table) => new SequenceFormatter<ImmutableQueue<T>, T>(
        table, static (items, _) => [.. items]);

    internal static Formatter ImmutableStack<T>(FormatterTable table) => new SequenceFormatter<ImmutableStack<T>, T>(
        table, static (items, _) => Immutable.ImmutableStack.CreateRange(items), items: Reversed);

    internal static Formatter ArraySegment<T>(FormatterTable table) => new ArraySegmentFormatter<T>(table);

    internal static Formatter Memory<T>(FormatterTable table) => new MemoryFormatter<Memory<T>, T>(
        table, static memory => memory.ToArray(), static items => items);

    internal static Formatter ReadOnlyMemory<T>(FormatterTable table) => new MemoryFormatter<ReadOnlyMemory<T>, T>(
        table, static memory => memory.ToArray(), static items => items);

    // A stack yields the last item first, but wants it last.
    private static T[] Reversed<T>(IEnumerable<T> items)
    {
        T[] reversed = items.ToArray();
        Array.Reverse(reversed);
        return reversed;
    }
}
