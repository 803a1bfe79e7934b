using System.Collections.ObjectModel;
using Loky.PowerShell.Internals;
using Xunit;

namespace Loky.Pester.Internals;

/// <summary>How a member of another assembly is found, and that one of another signature is missing like one that is not there.</summary>
public class InternalMemberTests
{
    private static readonly InternalType HiddenType = new(typeof(InternalMemberTests), typeof(InternalMemberTests).FullName + "+Hidden");
    private static readonly InternalType KindType = new(typeof(InternalMemberTests), typeof(InternalMemberTests).FullName + "+Kind");

    private delegate bool Find(object key, out object? found);

    private enum Kind
    {
        Plain,
        Other,
    }

    [Fact]
    public void A_property_of_the_expected_type_is_read_and_set()
    {
        var property = new InternalProperty<string>(typeof(Target), "Name");
        var target = new Target();

        Assert.True(property.Set(target, "new"));
        Assert.Equal("new", property.Get(target));
        Assert.True(property is { IsPresent: true, CanSet: true });
    }

    [Fact]
    public void A_property_of_a_type_that_has_no_name_here_is_read_as_an_object() =>
        Assert.IsType<Hidden>(new InternalProperty<object>(typeof(Target), "Inner", HiddenType).Get(new Target()));

    [Fact]
    public void A_property_of_an_object_of_another_type_is_nothing()
    {
        var property = new InternalProperty<string>(typeof(Target), "Name");

        Assert.Null(property.Get("no target"));
        Assert.Null(property.Get(null));
        Assert.False(property.Set(null, "new"));
    }

    [Fact]
    public void A_field_of_the_expected_type_is_read_set_and_compiled()
    {
        var field = new InternalField<int>(typeof(Target), "_number");
        var target = new Target();

        Assert.True(field.Set(target, 7));
        Assert.Equal(7, field.Get(target));
        Assert.Equal(7, field.Compile<Target>()!(target));
    }

    [Fact]
    public void A_constructor_and_a_method_are_called()
    {
        var hidden = new InternalConstructor<object>(HiddenType, typeof(string)).New("text");

        Assert.Equal("text!", new InternalMethod(HiddenType, "Shout", typeof(string), typeof(int)).Invoke(hidden, 1));
        Assert.Equal("text", new InternalMethod(HiddenType, "Get", typeof(string)) { TypeArgument = typeof(string) }.Invoke(hidden));
    }

    [Fact]
    public void What_a_method_throws_arrives_as_it_is() =>
        Assert.Throws<InvalidOperationException>(() => new InternalMethod(typeof(Target), "Fail", typeof(void)).Invoke(new Target()));

    [Fact]
    public void A_delegate_calls_what_has_types_without_a_name_here()
    {
        object hidden = new InternalDelegate<Func<string, object>>(HiddenType, ".ctor", HiddenType, typeof(string)).Info!("text");
        var take = new InternalDelegate<Func<Target, object, int, string>>(typeof(Target), "Take", typeof(string), HiddenType, KindType);
        var find = new InternalDelegate<Find>(typeof(Target), "Find", typeof(bool), typeof(object), new InternalType(typeof(Target), HiddenType.FullName + "&"));

        Assert.Equal("text Other", take.Info!(new Target(), hidden, (int)Kind.Other));
        Assert.True(find.Info!("key", out object? found));
        Assert.IsType<Hidden>(found);
        Assert.Throws<InvalidCastException>(() => take.Info!(new Target(), "no hidden", 0));
    }

    [Fact]
    public void A_delegate_whose_types_are_known_is_the_method_itself()
    {
        var name = new InternalDelegate<Func<Target, string?>>(typeof(Target), "get_Name", typeof(string));

        Assert.Equal("Name", name.Info!(new Target()));
        Assert.Equal("get_Name", name.Info!.Method.Name);
    }

    public static TheoryData<string> ChangedMembers => [.. Changed.Keys];

    private static Dictionary<string, InternalMember> Changed { get; } = new()
    {
        ["no type"] = new InternalProperty<string>(new InternalType(typeof(Target), "Loky.None"), "Name"),
        ["no property"] = new InternalProperty<string>(typeof(Target), "None"),
        ["property of another type"] = new InternalProperty<int>(typeof(Target), "Name"),
        ["property of a type that is missing"] = new InternalProperty<object>(typeof(Target), "Name", new InternalType(typeof(Target), "Loky.None")),
        ["property with parameters"] = new InternalProperty<string>(typeof(Target), "Item"),
        ["two properties of a name"] = new InternalProperty<string>(typeof(Derived), "Twice"),
        ["no field"] = new InternalField<int>(typeof(Target), "_none"),
        ["field of another type"] = new InternalField<long>(typeof(Target), "_number"),
        ["no constructor"] = new InternalConstructor<object>(typeof(Target), typeof(int)),
        ["constructor of less exact parameters"] = new InternalConstructor<object>(typeof(TakesAnything), typeof(string)),
        ["constructor of another class"] = new InternalConstructor<Collection<int>>(typeof(Target)),
        ["method with one parameter more"] = new InternalMethod(typeof(Hidden), "Shout", typeof(string)),
        ["method that returns something else"] = new InternalMethod(typeof(Hidden), "Shout", typeof(object), typeof(int)),
        ["method with a type parameter"] = new InternalMethod(typeof(Hidden), "Get", typeof(string)),
        ["method whose type parameter does not fit"] = new InternalMethod(typeof(Hidden), "Only", typeof(string)) { TypeArgument = typeof(string) },
        ["delegate of other parameters"] = new InternalDelegate<Func<Target, string, string>>(typeof(Target), "Take", typeof(string), typeof(string)),
        ["delegate that returns something else"] = new InternalDelegate<Func<Target, int>>(typeof(Target), "get_Name", typeof(int)),
        ["delegate whose own shape does not fit"] = new InternalDelegate<Func<Target, string?>>(typeof(Target), "Take", typeof(string), HiddenType, KindType),
        ["delegate for a number where an object is taken"] = new InternalDelegate<Func<Target, int, int, string>>(typeof(Target), "Take", typeof(string), HiddenType, KindType),
    };

    [Theory]
    [MemberData(nameof(ChangedMembers))]
    public void A_member_that_has_changed_is_missing_and_its_use_does_nothing(string change)
    {
        InternalMember member = Changed[change];

        Assert.False(member.IsPresent);
        object? nothing = member switch
        {
            InternalProperty<string> property => property.Get(new Target()) ?? (property.Set(new Target(), "new") ? "set" : null),
            InternalField<long> field => field.Set(new Target(), 1) ? "set" : field.Compile<Target>(),
            InternalConstructor<object> constructor => constructor.New(1),
            InternalMethod method => method.Invoke(new Hidden("text")),
            _ => null,
        };
        Assert.Null(nothing);
    }

    private sealed class Target
    {
        private int _number;

        public string? Name { get; set; } = nameof(Name);

        public string this[int index] => $"{index}{_number}";

        internal Hidden Inner { get; } = new("inner");

        public static bool Find(object key, out Hidden? found)
        {
            found = new Hidden($"{key}");
            return true;
        }

        public void Fail() => throw new InvalidOperationException($"{_number++}");

        public string Take(Hidden hidden, Kind kind) => $"{hidden.Text} {kind}{(_number > 0 ? "!" : string.Empty)}";
    }

    private class TwoOfOne
    {
        private readonly string _text = nameof(Twice);

        public string Twice => _text;
    }

    private sealed class Derived : TwoOfOne
    {
        public new int Twice => GetHashCode();
    }

    private sealed class TakesAnything(object anything)
    {
        public override string ToString() => $"{anything}";
    }

    private sealed class Hidden(string text)
    {
        public string Text { get; } = text;

        public string Shout(int times) => Text + new string('!', times);

        public T Get<T>() => (T)(object)Text;

        public T Only<T>()
            where T : struct => (T)(object)Text.Length;
    }
}
