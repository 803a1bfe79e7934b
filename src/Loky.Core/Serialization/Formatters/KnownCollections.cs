using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

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
        table, static list => list.ToArray(), static _ => [], static _ => null, static (list, item) => list.Add(item));

    internal static Formatter Hashtable(FormatterTable table) => new CollectionFormatter<Hashtable, DictionaryEntry>(
        table,
        static hashtable => [.. hashtable.Cast<DictionaryEntry>()],
        static comparer => new((IEqualityComparer?)comparer),
        static hashtable => ComparerOf(hashtable),
        static (hashtable, entry) => hashtable.Add(entry.Key, entry.Value));

    internal static Formatter Queue(FormatterTable table) => new CollectionFormatter<Queue, object?>(
        table, static queue => queue.ToArray(), static _ => new(), static _ => null, static (queue, item) => queue.Enqueue(item));

    internal static Formatter Stack(FormatterTable table) => new CollectionFormatter<Stack, object?>(
        table, static stack => Reversed(stack.ToArray()), static _ => new(), static _ => null, static (stack, item) => stack.Push(item));

    internal static Formatter List<T>(FormatterTable table) =>
        table.IsBlockElement(typeof(T))
            ? (Formatter)Activator.CreateInstance(typeof(BlockListFormatter<>).MakeGenericType(typeof(T)))!
            : new ListFormatter<T>(table);

    internal static Formatter HashSet<T>(FormatterTable table) => new CollectionFormatter<HashSet<T>, T>(
        table, static set => set, static comparer => new((IEqualityComparer<T>?)comparer), static set => set.Comparer, static (set, item) => set.Add(item));

    internal static Formatter SortedSet<T>(FormatterTable table) => new CollectionFormatter<SortedSet<T>, T>(
        table, static set => set, static comparer => new((IComparer<T>?)comparer), static set => set.Comparer, static (set, item) => set.Add(item), isSorted: true);

    internal static Formatter LinkedList<T>(FormatterTable table) => new CollectionFormatter<LinkedList<T>, T>(
        table, static list => list, static _ => new(), static _ => null, static (list, item) => list.AddLast(item));

    internal static Formatter Collection<T>(FormatterTable table) => new CollectionFormatter<Collection<T>, T>(
        table, static list => list, static _ => [], static _ => null, static (list, item) => list.Add(item));

    internal static Formatter ObservableCollection<T>(FormatterTable table) => new CollectionFormatter<ObservableCollection<T>, T>(
        table, static list => list, static _ => [], static _ => null, static (list, item) => list.Add(item));

    internal static Formatter Dictionary<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new CollectionFormatter<Dictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table,
            static dictionary => dictionary,
            static comparer => new((IEqualityComparer<TKey>?)comparer),
            static dictionary => dictionary.Comparer,
            static (dictionary, pair) => dictionary.Add(pair.Key, pair.Value));

    internal static Formatter SortedDictionary<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new CollectionFormatter<SortedDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table,
            static dictionary => dictionary,
            static comparer => new((IComparer<TKey>?)comparer),
            static dictionary => dictionary.Comparer,
            static (dictionary, pair) => dictionary.Add(pair.Key, pair.Value),
            isSorted: true);

    internal static Formatter SortedList<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new CollectionFormatter<SortedList<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table,
            static list => list,
            static comparer => new((IComparer<TKey>?)comparer),
            static list => list.Comparer,
            static (list, pair) => list.Add(pair.Key, pair.Value),
            isSorted: true);

    internal static Formatter ConcurrentDictionary<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new CollectionFormatter<ConcurrentDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table,
            static dictionary => dictionary.ToArray(),
            static comparer => new((IEqualityComparer<TKey>?)comparer),
            static dictionary => dictionary.Comparer,
            static (dictionary, pair) => dictionary[pair.Key] = pair.Value);

    internal static Formatter Queue<T>(FormatterTable table) => new CollectionFormatter<Queue<T>, T>(
        table, static queue => queue, static _ => new(), static _ => null, static (queue, item) => queue.Enqueue(item));

    internal static Formatter Stack<T>(FormatterTable table) => new CollectionFormatter<Stack<T>, T>(
        table, static stack => Reversed(stack), static _ => new(), static _ => null, static (stack, item) => stack.Push(item));

    internal static Formatter ConcurrentQueue<T>(FormatterTable table) => new CollectionFormatter<ConcurrentQueue<T>, T>(
        table, static queue => queue.ToArray(), static _ => new(), static _ => null, static (queue, item) => queue.Enqueue(item));

    internal static Formatter ConcurrentStack<T>(FormatterTable table) => new CollectionFormatter<ConcurrentStack<T>, T>(
        table, static stack => Reversed(stack), static _ => new(), static _ => null, static (stack, item) => stack.Push(item));

    internal static Formatter ConcurrentBag<T>(FormatterTable table) => new CollectionFormatter<ConcurrentBag<T>, T>(
        table, static bag => Reversed(bag), static _ => [], static _ => null, static (bag, item) => bag.Add(item));

    internal static Formatter PriorityQueue<TElement, TPriority>(FormatterTable table) =>
        new CollectionFormatter<PriorityQueue<TElement, TPriority>, (TElement Element, TPriority Priority)>(
            table,
            static queue => queue.UnorderedItems,
            static comparer => new((IComparer<TPriority>?)comparer),
            static queue => queue.Comparer,
            static (queue, item) => queue.Enqueue(item.Element, item.Priority));

    internal static Formatter ReadOnlyCollection<T>(FormatterTable table) => new SequenceFormatter<ReadOnlyCollection<T>, T>(
        table, static list => [.. list], static (items, _) => new(items), static _ => null);

    internal static Formatter ReadOnlyDictionary<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new SequenceFormatter<ReadOnlyDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table,
            static dictionary => [.. dictionary],
            static (pairs, _) => new(new Dictionary<TKey, TValue>(pairs)),
            static _ => null);

    internal static Formatter ImmutableList<T>(FormatterTable table) => new SequenceFormatter<ImmutableList<T>, T>(
        table, static list => [.. list], static (items, _) => [.. items], static _ => null);

    internal static Formatter ImmutableHashSet<T>(FormatterTable table) => new SequenceFormatter<ImmutableHashSet<T>, T>(
        table,
        static set => [.. set],
        static (items, comparer) => System.Collections.Immutable.ImmutableHashSet.CreateRange((IEqualityComparer<T>?)comparer, items),
        static set => set.KeyComparer);

    internal static Formatter ImmutableSortedSet<T>(FormatterTable table) => new SequenceFormatter<ImmutableSortedSet<T>, T>(
        table,
        static set => [.. set],
        static (items, comparer) => System.Collections.Immutable.ImmutableSortedSet.CreateRange((IComparer<T>?)comparer, items),
        static set => set.KeyComparer);

    internal static Formatter ImmutableDictionary<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new SequenceFormatter<ImmutableDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table,
            static dictionary => [.. dictionary],
            static (pairs, comparer) => System.Collections.Immutable.ImmutableDictionary.CreateRange((IEqualityComparer<TKey>?)comparer, pairs),
            static dictionary => dictionary.KeyComparer);

    internal static Formatter ImmutableSortedDictionary<TKey, TValue>(FormatterTable table)
        where TKey : notnull => new SequenceFormatter<ImmutableSortedDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(
            table,
            static dictionary => [.. dictionary],
            static (pairs, comparer) => System.Collections.Immutable.ImmutableSortedDictionary.CreateRange((IComparer<TKey>?)comparer, pairs),
            static dictionary => dictionary.KeyComparer);

    internal static Formatter ImmutableQueue<T>(FormatterTable table) => new SequenceFormatter<ImmutableQueue<T>, T>(
        table, static queue => [.. queue], static (items, _) => [.. items], static _ => null);

    internal static Formatter ImmutableStack<T>(FormatterTable table) => new SequenceFormatter<ImmutableStack<T>, T>(
        table, static stack => Reversed(stack), static (items, _) => System.Collections.Immutable.ImmutableStack.CreateRange(items), static _ => null);

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
