using FsCheck;
using FsCheck.Fluent;
using Loky.Serialization;
using Xunit;

namespace Loky.Tests.Serialization;

public sealed class ValuePropertyTests
{
    [Fact]
    public void Every_number_comes_back()
    {
        ComesBack<byte>();
        ComesBack<sbyte>();
        ComesBack<short>();
        ComesBack<ushort>();
        ComesBack<int>();
        ComesBack<uint>();
        ComesBack<long>();
        ComesBack<ulong>();
        ComesBack<float>();
        ComesBack<double>();
        ComesBack<decimal>();
        ComesBack<System.Numerics.BigInteger>();
    }

    [Fact]
    public void Every_text_and_time_comes_back()
    {
        ComesBack<string>();
        ComesBack<char>();
        ComesBack<bool>();
        ComesBack<Guid>();
        ComesBack<DateTime>();
        ComesBack<DateTimeOffset>();
        ComesBack<TimeSpan>();
        ComesBack<int, DateOnly>(number => DateOnly.FromDayNumber((int)((uint)number % DateOnly.MaxValue.DayNumber)));
        ComesBack<int, TimeOnly>(number => new TimeOnly((uint)number));
    }

    [Fact]
    public void Every_string_of_any_code_units_comes_back() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<short[]>(), units =>
        {
            string text = new(units.Select(unit => (char)(unit % 2 == 0 ? unit : 0xd800 + (unit & 0x7ff))).ToArray());
            return Wire.ToParent(text) == text && (string)Wire.ToParent<object>(text) == text;
        }));

    [Fact]
    public void Every_collection_comes_back()
    {
        ComesBack<byte[]>();
        ComesBack<int[]>();
        ComesBack<string[]>();
        ComesBack<decimal[]>();
        ComesBack<int[][]>();
        ComesBack<int[,]>();
        ComesBack<string[,]>();
        ComesBack<List<int>>();
        ComesBack<List<string>>();
        ComesBack<Dictionary<string, List<double>>>();
        ComesBack<string[], HashSet<string?>>(items => [.. items]);
        ComesBack<(int, string, DateTime?)[]>();
        ComesBack<KeyValuePair<string, int>[]>();
        ComesBack<int?[]>();
        ComesBack<DayOfWeek[]>();
    }

    [Fact]
    public void Every_record_comes_back() => ComesBack<Sample>();

    private static void ComesBack<T>() => ComesBack<T, T>(value => value);

    private static void ComesBack<TSource, T>(Func<TSource, T> make) => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<TSource>(), source =>
    {
        T value = make(source);
        Assert.Equal(value, Wire.ToParent(value));
        if (value is not null)
        {
            object back = Wire.Read(Wire.Write(value, typeof(object)), typeof(object), TypePolicy.ForAssemblies([typeof(Sample).Assembly]))!;
            Assert.Equal(value.GetType(), back.GetType());
            Assert.Equal(value, (T)back);
        }

        return true;
    }));

    /// <summary>Something of everything.</summary>
    public sealed record Sample(int Number, string? Text, double? Fraction, DayOfWeek Day, Sample.Part Inner)
    {
        /// <summary>A part of it.</summary>
        public readonly record struct Part(Guid Id, decimal Amount);
    }
}
