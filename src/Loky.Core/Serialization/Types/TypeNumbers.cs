namespace Loky.Serialization;

/// <summary>The types that go by number: they are data, so that untrusted bytes may ask for those that can be made.</summary>
internal sealed class TypeNumbers
{
    // The number is the place here, and may change from build to build, as both ends have the same.
    private static readonly string Names = """
        System: Object String Boolean Char SByte Byte Int16 UInt16 Int32 UInt32 Int64 UInt64 Single Double Decimal Half Int128
            UInt128
        System.Numerics,System.Runtime.Numerics: BigInteger Complex
        System.Text: Rune
        System: DateTime DateTimeOffset TimeSpan DateOnly TimeOnly Guid Version
        System,System.Runtime: Uri
        System.Net,System.Net.Primitives: IPAddress IPEndPoint
        System.Text.RegularExpressions,System.Text.RegularExpressions: Regex
        System.Globalization: CultureInfo
        System.Text: StringBuilder
        System.Collections,System.Collections: BitArray
        System: DBNull Index Range
        System.IO: FileInfo DirectoryInfo
        System: Type Exception Delegate Array StringComparer ValueType Enum DayOfWeek DateTimeKind StringComparison
        System.Numerics: Vector2 Vector3 Vector4 Quaternion Plane Matrix3x2 Matrix4x4
        System: Nullable`1
        System.Collections.Generic: KeyValuePair`2 List`1 HashSet`1 Dictionary`2
        System.Collections.Generic,System.Collections: SortedSet`1 SortedDictionary`2 SortedList`2 LinkedList`1 Queue`1 Stack`1
            PriorityQueue`2
        System: ArraySegment`1 Memory`1 ReadOnlyMemory`1
        System.Collections.Concurrent,System.Collections.Concurrent: ConcurrentDictionary`2 ConcurrentQueue`1 ConcurrentStack`1
            ConcurrentBag`1
        System.Collections.ObjectModel: Collection`1 ReadOnlyCollection`1
        System.Collections.ObjectModel,System.ObjectModel: ObservableCollection`1 ReadOnlyDictionary`2
        System.Collections.Immutable,System.Collections.Immutable: ImmutableArray`1 ImmutableList`1 ImmutableHashSet`1
            ImmutableSortedSet`1 ImmutableDictionary`2 ImmutableSortedDictionary`2 ImmutableQueue`1 ImmutableStack`1
        System.Collections: ArrayList Hashtable DictionaryEntry
        System: Tuple`1 Tuple`2 Tuple`3 Tuple`4 Tuple`5 Tuple`6 Tuple`7 Tuple`8 ValueTuple ValueTuple`1 ValueTuple`2 ValueTuple`3
            ValueTuple`4 ValueTuple`5 ValueTuple`6 ValueTuple`7 ValueTuple`8
        System.Collections,System.Collections.NonGeneric: Queue Stack
        """;

    private readonly string[] _names;
    private readonly Dictionary<string, int> _numbers;
    private readonly Type?[] _types;

    public TypeNumbers(string more = "")
    {
        _names = [.. TypeLists.Parse(Names), .. TypeLists.Parse(more)];
        _types = new Type?[_names.Length];
        _numbers = new Dictionary<string, int>(_names.Length);
        for (int number = 0; number < _names.Length; number++)
        {
            _numbers.Add(_names[number].Split(',')[0], number);
        }
    }

    public static TypeNumbers DotNet { get; } = new();

    public int Count => _types.Length;

    public bool TryGetNumber(Type type, out int number)
    {
        // The type itself is compared too: anyone can give a class of their own one of these names.
        number = -1;
        return type.FullName is { } name && _numbers.TryGetValue(name, out number) && FromNumber(number) == type;
    }

    public Type? FromNumber(long number) =>
        number >= 0 && number < _types.Length ? _types[number] ??= Type.GetType(_names[number], throwOnError: true) : null;

    /// <summary>Tells whether the type is known, or the generic type it is made from.</summary>
    public bool Contains(Type type) => TryGetNumber(type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type, out _);
}
