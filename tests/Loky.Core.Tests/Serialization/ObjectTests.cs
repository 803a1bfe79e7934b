using System.Diagnostics.CodeAnalysis;
using Loky.Serialization;
using Xunit;

namespace Loky.Tests.Serialization;

public sealed class ObjectTests
{
    private interface IShape
    {
        double Area { get; }
    }

    [Fact]
    public void Records_come_through_with_private_and_inherited_fields()
    {
        Employee employee = new("Ada", 36, new Address("Main Street", 1)) { Salary = 10.5m };
        Employee back = Wire.ToParent(employee);
        Assert.Equal(employee, back);
        Assert.Equal("Ada/secret", back.Secret);
    }

    [Fact]
    public void No_constructor_runs_and_readonly_fields_are_set()
    {
        int before = Counted.Constructed;
        Counted original = new(7);
        Assert.Equal(7, Wire.ToParent(original).Number);
        Assert.Equal(before + 1, Counted.Constructed);
    }

    [Fact]
    public void A_field_marked_as_not_serialized_stays_behind() =>
        Assert.Null(Wire.ToParent(new WithCache { Kept = "a", Cache = new object() }).Cache);

    [Fact]
    public void An_object_declared_by_an_interface_keeps_its_class()
    {
        IShape back = (IShape)Wire.Read(
            Wire.Write(new Square(3), typeof(IShape)), typeof(IShape), TypePolicy.ForAssemblies([typeof(Square).Assembly]))!;
        Assert.Equal(9, Assert.IsType<Square>(back).Area);
    }

    [Fact]
    public void An_anonymous_object_comes_through()
    {
        var original = new { Name = "a", Inner = new { Number = 1 } };
        Assert.Equal(original, Wire.ToParent(original));
    }

    [Fact]
    public void A_struct_in_an_object_and_in_a_nullable_comes_through()
    {
        Address?[] original = [new Address("a", 1), null];
        Assert.Equal(original, Wire.ToParent(original));
        Assert.Equal(new Address("b", 2), Wire.ToWorker<object>(new Address("b", 2)));
    }

    [Fact]
    public void A_shared_reference_stays_shared()
    {
        Node shared = new() { Name = "shared" };
        Node[] back = Wire.ToParent(new Node[] { new() { Next = shared }, new() { Next = shared }, shared });
        Assert.Same(back[2], back[0].Next);
        Assert.Same(back[2], back[1].Next);
    }

    [Fact]
    public void More_shared_references_than_a_few_stay_shared()
    {
        Node[] nodes = [.. Enumerable.Range(0, 1000).Select(number => new Node { Name = $"{number}" })];
        Node[] back = Wire.ToParent<Node[]>([.. nodes, .. nodes.Reverse()]);
        Assert.All(Enumerable.Range(0, 1000), index => Assert.Same(back[index], back[1999 - index]));
        Assert.Equal("999", back[999].Name);
    }

    [Fact]
    public void A_cycle_stays_a_cycle()
    {
        Node first = new() { Name = "first" };
        first.Next = new Node { Name = "second", Next = first };
        Node back = Wire.ToParent(first);
        Assert.Equal("second", back.Next!.Name);
        Assert.Same(back, back.Next.Next);
    }

    [Fact]
    public void A_list_and_a_dictionary_may_contain_themselves()
    {
        List<object> list = [1];
        list.Add(list);
        List<object> back = Wire.ToParent(list);
        Assert.Same(back, back[1]);
        Dictionary<string, object> dictionary = new() { ["n"] = 1 };
        dictionary["self"] = dictionary;
        Dictionary<string, object> sent = Wire.ToParent(dictionary);
        Assert.Same(sent, sent["self"]);
    }

    [Fact]
    public void An_immutable_list_in_itself_is_refused_with_a_way_out()
    {
        List<object> inner = [];
        object outer = System.Collections.Immutable.ImmutableList.Create<object>(inner);
        inner.Add(outer);
        Assert.Contains("contains itself", Wire.Refusal(outer), StringComparison.Ordinal);
    }

    [Fact]
    public void Comparers_of_strings_are_kept()
    {
        Assert.Contains("a", Wire.ToParent(new HashSet<string>(["A"], StringComparer.OrdinalIgnoreCase)));
        Assert.True(Wire.ToParent(new Dictionary<string, int>(StringComparer.Ordinal) { ["A"] = 1 }).ContainsKey("A"));
        Assert.True(Wire.ToParent(new SortedDictionary<string, int>(StringComparer.InvariantCultureIgnoreCase) { ["A"] = 1 }).ContainsKey("a"));
        Assert.True(Wire.ToParent(new System.Collections.Hashtable(StringComparer.CurrentCultureIgnoreCase) { ["A"] = 1 }).ContainsKey("a"));
        Assert.Same(StringComparer.OrdinalIgnoreCase, Wire.ToParent<IEqualityComparer<string>>(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_comparer_of_the_users_own_is_sent_as_the_object_it_is()
    {
        HashSet<int> original = new([1, 2], new ModuloComparer(10));
        Assert.Contains(11, (HashSet<int>)Wire.Read(
            Wire.Write(original, typeof(HashSet<int>)), typeof(HashSet<int>), TypePolicy.ForAssemblies([typeof(ObjectTests).Assembly]))!);
    }

    [Fact]
    public void A_query_is_sent_as_the_list_of_what_it_yields()
    {
        IEnumerable<int> query = Enumerable.Range(0, 5).Where(number => number % 2 == 0);
        Assert.Equal([0, 2, 4], Assert.IsType<List<int>>(Wire.ToParent(query)));
    }

    [Fact]
    public void A_generic_class_of_the_users_own_comes_through_with_its_arguments()
    {
        Box<Dictionary<string, Node>> original = new() { Content = new() { ["a"] = new Node { Name = "n" } } };
        Assert.Equal("n", Assert.IsType<Box<Dictionary<string, Node>>>(Wire.ToWorker<object>(original)).Content!["a"].Name);
    }

    [Fact]
    public void Arrays_keep_their_class_behind_a_declaration_of_their_base()
    {
        Assert.IsType<string[]>(Wire.ToParent<object[]>(new[] { "a" }));
        Assert.Equal([1, 2], Assert.IsType<uint[]>(Wire.ToParent<object>(new uint[] { 1, 2 })));
    }

    [Fact]
    public void A_memory_is_sent_as_what_it_shows()
    {
        Assert.Equal([2, 3], Wire.ToParent<ReadOnlyMemory<byte>>(new byte[] { 1, 2, 3 }.AsMemory(1)).ToArray());
        Assert.Equal("bc", Wire.ToParent("abc".AsMemory(1)).ToString());
    }

    [Fact]
    public void A_random_generator_goes_on_with_the_same_numbers()
    {
        Random original = new(42);
        _ = original.Next();
        Random back = Wire.ToWorker(original);
        Assert.Equal(original.Next(), back.Next());
    }

    [Fact]
    public void A_plain_object_that_serves_as_a_lock_comes_through() =>
        Assert.Equal(typeof(object), Wire.ToParent(new object()).GetType());

    [Fact]
    public void Values_nested_up_to_the_limit_come_through_and_deeper_ones_name_it()
    {
        static Node Chain(int length) => Enumerable.Range(0, length).Aggregate(new Node(), (next, _) => new Node { Next = next });
        Node back = Wire.ToParent(Chain(127));
        Assert.NotNull(back.Next);
        string message = Wire.Refusal(Chain(128));
        Assert.Contains("128", message, StringComparison.Ordinal);
        Assert.Contains("as an array", message, StringComparison.Ordinal);
    }

    private sealed class Counted
    {
        private readonly int _number;

        public Counted(int number)
        {
            _number = number;
            Constructed++;
        }

        public static int Constructed { get; private set; }

        public int Number => _number;
    }

    private sealed class WithCache
    {
        [NonSerialized]
        [SuppressMessage("Design", "CA1051", Justification = "A property cannot have the attribute.")]
        public object? Cache;

        public string? Kept { get; set; }
    }

    private sealed class Node
    {
        public string? Name { get; set; }

        public Node? Next { get; set; }
    }

    private sealed class Box<T>
    {
        public T? Content { get; set; }
    }

    private sealed class Square(double side) : IShape
    {
        public double Area => side * side;
    }

    private sealed class ModuloComparer(int modulus) : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => x % modulus == y % modulus;

        public int GetHashCode(int obj) => obj % modulus;
    }

    private record struct Address(string Street, int Number);

    private record Person(string Name, int Age)
    {
        private readonly string _secret = Name + "/secret";

        public string Secret => _secret;
    }

    private sealed record Employee(string Name, int Age, Address Home) : Person(Name, Age)
    {
        public decimal Salary { get; init; }
    }
}
