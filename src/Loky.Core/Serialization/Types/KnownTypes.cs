using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace Loky.Serialization;

/// <summary>
/// The types that go by number instead of by name: they are data, made by code of ours, so bytes that nobody vouches for may
/// ask for them.
/// </summary>
internal static class KnownTypes
{
    // The number of a type is its place here. Both ends have the same build, so the order may change from build to build.
    private static readonly Type[] All =
    [
        typeof(object), typeof(string), typeof(bool), typeof(char), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort),
        typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(Half),
        typeof(Int128), typeof(UInt128), typeof(BigInteger), typeof(Complex), typeof(Rune), typeof(DateTime), typeof(DateTimeOffset),
        typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly), typeof(Guid), typeof(Version), typeof(Uri), typeof(IPAddress),
        typeof(IPEndPoint), typeof(Regex), typeof(CultureInfo), typeof(StringBuilder), typeof(BitArray), typeof(DBNull), typeof(Index),
        typeof(Range), typeof(FileInfo), typeof(DirectoryInfo), typeof(Type), typeof(Exception), typeof(Delegate), typeof(Array),
        typeof(StringComparer), typeof(ValueType), typeof(Enum), typeof(DayOfWeek), typeof(DateTimeKind), typeof(StringComparison),
        typeof(Vector2), typeof(Vector3), typeof(Vector4), typeof(Quaternion), typeof(Plane), typeof(Matrix3x2), typeof(Matrix4x4),
        typeof(Nullable<>), typeof(KeyValuePair<,>), typeof(List<>), typeof(HashSet<>), typeof(Dictionary<,>), typeof(SortedSet<>),
        typeof(SortedDictionary<,>), typeof(SortedList<,>), typeof(LinkedList<>), typeof(Queue<>), typeof(Stack<>),
        typeof(PriorityQueue<,>), typeof(ArraySegment<>), typeof(Memory<>), typeof(ReadOnlyMemory<>),
        typeof(ConcurrentDictionary<,>), typeof(ConcurrentQueue<>), typeof(ConcurrentStack<>), typeof(ConcurrentBag<>),
        typeof(Collection<>), typeof(ReadOnlyCollection<>), typeof(ObservableCollection<>), typeof(ReadOnlyDictionary<,>),
        typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>),
        typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>), typeof(ImmutableQueue<>), typeof(ImmutableStack<>),
        typeof(ArrayList), typeof(Hashtable), typeof(DictionaryEntry),
        typeof(Tuple<>), typeof(Tuple<,>), typeof(Tuple<,,>), typeof(Tuple<,,,>), typeof(Tuple<,,,,>), typeof(Tuple<,,,,,>),
        typeof(Tuple<,,,,,,>), typeof(Tuple<,,,,,,,>),
        typeof(ValueTuple), typeof(ValueTuple<>), typeof(ValueTuple<,>), typeof(ValueTuple<,,>), typeof(ValueTuple<,,,>),
        typeof(ValueTuple<,,,,>), typeof(ValueTuple<,,,,,>), typeof(ValueTuple<,,,,,,>), typeof(ValueTuple<,,,,,,,>),
    ];

    private static readonly Dictionary<Type, int> Numbers = All.Select((type, number) => (type, number)).ToDictionary(pair => pair.type, pair => pair.number);

    /// <summary>Gets the number of a type, or tells that it has none.</summary>
    public static bool TryGetNumber(Type type, out int number) => Numbers.TryGetValue(type, out number);

    /// <summary>Gets the type of a number, or <see langword="null"/>.</summary>
    public static Type? FromNumber(long number) => number >= 0 && number < All.Length ? All[number] : null;

    /// <summary>Tells whether the type is known, or the generic type it is made from.</summary>
    public static bool Contains(Type type) => Numbers.ContainsKey(type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type);
}
