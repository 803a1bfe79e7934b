using System.Collections.Concurrent;

namespace Loky.Serialization;

/// <summary>Turns the lazy sequences of LINQ into lists: else their delegates would be sent, which no result can have.</summary>
internal static class LazySequence
{
    private static readonly ConcurrentDictionary<(Type Sequence, Type Declared), Func<object, object>?> Materializers = new();

    /// <summary>Gets the value to send: <paramref name="value"/>, or for a query the list of what it yields.</summary>
    public static object Materialize(object value, Type declaredType)
    {
        Type type = value.GetType();
        return type.Assembly == typeof(Enumerable).Assembly
            && Materializers.GetOrAdd((type, declaredType), static key => Find(key.Sequence, key.Declared)) is { } materialize
                ? materialize(value)
                : value;
    }

    private static Func<object, object>? Find(Type sequence, Type declared)
    {
        Type[] generic = Array.FindAll(sequence.GetInterfaces(), static type => type.IsConstructedGenericType);
        Type? item = Array.Find(generic, static type => type.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];

        // A group is more than what it yields: its key would be lost.
        bool isGrouping = Array.Exists(generic, static type =>
            type.GetGenericTypeDefinition() == typeof(IGrouping<,>) || type.GetGenericTypeDefinition() == typeof(ILookup<,>));
        if (item is null || isGrouping || !declared.IsAssignableFrom(typeof(List<>).MakeGenericType(item)))
        {
            return null;
        }

        return typeof(LazySequence)
            .GetMethod(nameof(ToList), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(item)
            .CreateDelegate<Func<object, object>>();
    }

    private static List<T> ToList<T>(object sequence) => ((IEnumerable<T>)sequence).ToList();
}
