namespace Loky.Serialization;

/// <summary>The types that go by number: they are data, so that untrusted bytes may ask for those that can be made.</summary>
internal sealed class TypeNumbers
{
    // The number is the place here, and may change from build to build, as both ends have the same. By name, because to name
    // a type itself loads its assembly, and a process needs few of them.
    private static readonly string[] Names =
    [
        "System.Object", "System.String", "System.Boolean", "System.Char", "System.SByte", "System.Byte", "System.Int16",
        "System.UInt16", "System.Int32", "System.UInt32", "System.Int64", "System.UInt64", "System.Single", "System.Double",
        "System.Decimal", "System.Half", "System.Int128", "System.UInt128", "System.Numerics.BigInteger, System.Runtime.Numerics",
        "System.Numerics.Complex, System.Runtime.Numerics", "System.Text.Rune", "System.DateTime", "System.DateTimeOffset",
        "System.TimeSpan", "System.DateOnly", "System.TimeOnly", "System.Guid", "System.Version", "System.Uri, System.Runtime",
        "System.Net.IPAddress, System.Net.Primitives", "System.Net.IPEndPoint, System.Net.Primitives",
        "System.Text.RegularExpressions.Regex, System.Text.RegularExpressions", "System.Globalization.CultureInfo",
        "System.Text.StringBuilder", "System.Collections.BitArray, System.Collections", "System.DBNull", "System.Index",
        "System.Range", "System.IO.FileInfo", "System.IO.DirectoryInfo", "System.Type", "System.Exception", "System.Delegate",
        "System.Array", "System.StringComparer", "System.ValueType", "System.Enum", "System.DayOfWeek", "System.DateTimeKind",
        "System.StringComparison", "System.Numerics.Vector2", "System.Numerics.Vector3", "System.Numerics.Vector4",
        "System.Numerics.Quaternion", "System.Numerics.Plane", "System.Numerics.Matrix3x2", "System.Numerics.Matrix4x4",
        "System.Nullable`1", "System.Collections.Generic.KeyValuePair`2", "System.Collections.Generic.List`1",
        "System.Collections.Generic.HashSet`1", "System.Collections.Generic.Dictionary`2",
        "System.Collections.Generic.SortedSet`1, System.Collections",
        "System.Collections.Generic.SortedDictionary`2, System.Collections",
        "System.Collections.Generic.SortedList`2, System.Collections",
        "System.Collections.Generic.LinkedList`1, System.Collections", "System.Collections.Generic.Queue`1, System.Collections",
        "System.Collections.Generic.Stack`1, System.Collections", "System.Collections.Generic.PriorityQueue`2, System.Collections",
        "System.ArraySegment`1", "System.Memory`1", "System.ReadOnlyMemory`1",
        "System.Collections.Concurrent.ConcurrentDictionary`2, System.Collections.Concurrent",
        "System.Collections.Concurrent.ConcurrentQueue`1, System.Collections.Concurrent",
        "System.Collections.Concurrent.ConcurrentStack`1, System.Collections.Concurrent",
        "System.Collections.Concurrent.ConcurrentBag`1, System.Collections.Concurrent",
        "System.Collections.ObjectModel.Collection`1", "System.Collections.ObjectModel.ReadOnlyCollection`1",
        "System.Collections.ObjectModel.ObservableCollection`1, System.ObjectModel",
        "System.Collections.ObjectModel.ReadOnlyDictionary`2, System.ObjectModel",
        "System.Collections.Immutable.ImmutableArray`1, System.Collections.Immutable",
        "System.Collections.Immutable.ImmutableList`1, System.Collections.Immutable",
        "System.Collections.Immutable.ImmutableHashSet`1, System.Collections.Immutable",
        "System.Collections.Immutable.ImmutableSortedSet`1, System.Collections.Immutable",
        "System.Collections.Immutable.ImmutableDictionary`2, System.Collections.Immutable",
        "System.Collections.Immutable.ImmutableSortedDictionary`2, System.Collections.Immutable",
        "System.Collections.Immutable.ImmutableQueue`1, System.Collections.Immutable",
        "System.Collections.Immutable.ImmutableStack`1, System.Collections.Immutable", "System.Collections.ArrayList",
        "System.Collections.Hashtable", "System.Collections.DictionaryEntry", "System.Tuple`1", "System.Tuple`2", "System.Tuple`3",
        "System.Tuple`4", "System.Tuple`5", "System.Tuple`6", "System.Tuple`7", "System.Tuple`8", "System.ValueTuple",
        "System.ValueTuple`1", "System.ValueTuple`2", "System.ValueTuple`3", "System.ValueTuple`4", "System.ValueTuple`5",
        "System.ValueTuple`6", "System.ValueTuple`7", "System.ValueTuple`8", "System.Collections.Queue, System.Collections.NonGeneric",
        "System.Collections.Stack, System.Collections.NonGeneric",
    ];

    private readonly string[] _names;
    private readonly Dictionary<string, int> _numbers;
    private readonly Type?[] _types;

    public TypeNumbers(params string[] more)
    {
        _names = [.. Names, .. more];
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

    /// <summary>Gets the type of a number, or <see langword="null"/>.</summary>
    public Type? FromNumber(long number) =>
        number >= 0 && number < _types.Length ? _types[number] ??= Type.GetType(_names[number], throwOnError: true) : null;

    /// <summary>Tells whether the type is known, or the generic type it is made from.</summary>
    public bool Contains(Type type) => TryGetNumber(type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type, out _);
}
