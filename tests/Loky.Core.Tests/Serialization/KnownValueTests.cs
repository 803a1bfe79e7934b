using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Collections;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text;
using Loky.Serialization;
using Xunit;

namespace Loky.Tests.Serialization;

public sealed class KnownValueTests
{
    public static TheoryData<object> Values { get; } =
    [
        true, false, 'x', sbyte.MinValue, byte.MaxValue, short.MinValue, ushort.MaxValue, int.MinValue, uint.MaxValue,
        long.MinValue, ulong.MaxValue, float.Epsilon, float.NaN, double.NegativeInfinity, -0.0, decimal.MaxValue, 1.10m, -0.0m,
        Half.MaxValue, Int128.MinValue, UInt128.MaxValue, BigInteger.Pow(-7, 300), new Complex(1, -2), new Rune(0x1F600),
        new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc), DateTime.MaxValue, new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.FromMinutes(-210)),
        TimeSpan.MinValue, DateOnly.MaxValue, TimeOnly.MaxValue, Guid.Parse("01234567-89ab-cdef-0123-456789abcdef"),
        new Version(1, 2), new Version(1, 2, 3), new Version(1, 2, 3, 4), new Uri("https://example.org/a?b#c"), new Uri("a/b", UriKind.Relative),
        IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse("fe80::1%3"), new IPEndPoint(IPAddress.Any, 80),
        CultureInfo.GetCultureInfo("tr-TR"), DBNull.Value, 1..^2, DayOfWeek.Friday, string.Empty, "text",
        new string('\u00e9', 40), typeof(int), typeof(List<>), typeof(Dictionary<string, int[]>), typeof(int[,]), Vector3.UnitY,
        Tuple.Create(1, "two", 3.0), (1, "two", 3.0m, (4, 5)), KeyValuePair.Create("key", 1), ValueTuple.Create(),
    ];

    public static TheoryData<object> Collections { get; } =
    [
        new byte[] { 1, 2, 3 }, Array.Empty<byte>(), new int[] { 1 }, new[] { 1.5, double.NaN }, new[] { 'a', '\ud800' }, new[] { true, false },
        new[] { 1.1m, -2m }, new[] { "a", null, "c" }, new object?[] { 1, "two", null, 3.0, new object?[] { 4L } }, new[] { DayOfWeek.Monday },
        new[] { new[] { 1 }, new[] { 2, 3 } }, new int[,] { { 1, 2 }, { 3, 4 } }, new string[,,] { { { "a" }, { "b" } } }, new int[0, 5],
        Array.CreateInstance(typeof(string), [2], [7]), new int?[] { 1, null }, new[] { Guid.Empty },
        new List<int> { 1, 2 }, new List<string> { "a" }, new HashSet<int> { 3, 1, 2 }, new SortedSet<string> { "b", "a" },
        new LinkedList<int>([1, 2, 3]), new Queue<int>([1, 2, 3]), new Stack<int>([1, 2, 3]), new Dictionary<string, int> { ["a"] = 1 },
        new SortedDictionary<string, int> { ["b"] = 1, ["a"] = 2 }, new SortedList<int, string> { [2] = "b", [1] = "a" },
        new ConcurrentQueue<int>([1, 2]), new ConcurrentStack<int>([1, 2]), new ConcurrentBag<int>([1, 2]), new Collection<int> { 1 },
        new ObservableCollection<int> { 1 }, new ReadOnlyCollection<string>(["a"]), ImmutableArray.Create(1, 2), ImmutableList.Create("a", "b"),
        ImmutableHashSet.Create(1, 2), ImmutableSortedSet.Create(2, 1), ImmutableQueue.Create(1, 2), ImmutableStack.Create(1, 2),
        ImmutableDictionary<string, int>.Empty.Add("a", 1), ImmutableSortedDictionary<string, int>.Empty.Add("a", 1),
        new ArrayList { 1, "two", null }, new BitArray([true, false, true]), new ArraySegment<int>([1, 2, 3], 1, 1),
        new Dictionary<(int, string), List<int?>> { [(1, "a")] = [1, null] }, new DictionaryEntry("k", 1),
    ];

    [Fact]
    public void A_large_number_comes_through_wherever_in_the_buffer_it_lies() => Assert.All(Enumerable.Range(0, 1100), length =>
    {
        object[] sent = [new string('x', length), BigInteger.Pow(7, length)];

        Assert.Equal(sent, Wire.ToWorker(sent));
    });

    [Fact]
    public void Every_known_type_has_its_own_number_and_lies_in_dotnet() => Assert.All(Enumerable.Range(0, TypeNumbers.DotNet.Count), number =>
    {
        Type type = TypeNumbers.DotNet.FromNumber(number)!;
        Assert.True(TypeNumbers.DotNet.TryGetNumber(type, out int back));
        Assert.Equal(number, back);
        Assert.True(AssemblyFacts.IsFramework(type.Assembly));
    });

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_of_dotnet_comes_through_with_its_type(object value)
    {
        object back = Wire.ToParent(value);
        Assert.Equal(value, back);
        Assert.Equal(value.GetType(), back.GetType() == typeof(IPAddress) ? value.GetType() : back.GetType());
    }

    [Theory]
    [MemberData(nameof(Collections))]
    public void A_collection_comes_through_with_its_type_and_order(object value)
    {
        object back = Wire.ToParent(value);
        Assert.Equal(value.GetType(), back.GetType());
        Assert.Equal(value, back);
        Assert.NotSame(value, back);
    }

    [Theory]
    [MemberData(nameof(Values))]
    [MemberData(nameof(Collections))]
    public void A_value_declared_as_what_it_is_comes_through_too(object value)
    {
        Type type = value is Type ? typeof(Type) : value.GetType();
        Assert.Equal(value, Wire.Read(Wire.Write(value, type), type, TypePolicy.DeclaredOnly));
    }

    [Fact]
    public void A_lone_surrogate_comes_through_in_strings_and_alone()
    {
        Assert.Equal('\ud800', Wire.ToParent('\ud800'));
        Assert.Equal("\udc00 and \ud800", Wire.ToParent("\udc00 and \ud800"));
        Assert.Equal("\udc00", Wire.ToParent<object>("\udc00"));
        Assert.Equal(["\udc00", "a"], Wire.ToParent<string[]>(["\udc00", "a"]));
        Assert.Equal("\udc00", Wire.ToParent(new StringBuilder("\udc00")).ToString());
    }

    [Theory]
    [InlineData(DateTimeKind.Local)]
    [InlineData(DateTimeKind.Utc)]
    [InlineData(DateTimeKind.Unspecified)]
    public void A_time_keeps_its_kind(DateTimeKind kind) =>
        Assert.Equal(kind, Wire.ToParent(new DateTime(2024, 7, 1, 0, 0, 0, kind)).Kind);
}
