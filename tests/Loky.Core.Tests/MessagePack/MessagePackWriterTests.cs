using Loky.MessagePack;
using Xunit;

namespace Loky.Tests.MessagePack;

public sealed class MessagePackWriterTests
{
    [Theory]
    [MemberData(nameof(SpecificationVectors.Integers), MemberType = typeof(SpecificationVectors))]
    public void An_integer_takes_the_fewest_bytes(long value, string bytes)
    {
        Assert.Equal(bytes, Written(buffer => new MessagePackWriter(buffer).Write(value)));
        if (value >= 0)
        {
            Assert.Equal(bytes, Written(buffer => new MessagePackWriter(buffer).Write((ulong)value)));
        }
    }

    [Theory]
    [InlineData(9223372036854775808, "cf8000000000000000")]
    [InlineData(ulong.MaxValue, "cfffffffffffffffff")]
    public void An_integer_beyond_the_signed_range_is_unsigned(ulong value, string bytes) =>
        Assert.Equal(bytes, Written(buffer => new MessagePackWriter(buffer).Write(value)));

    [Theory]
    [InlineData(0.0f, "ca00000000")]
    [InlineData(0.5f, "ca3f000000")]
    [InlineData(-0.5f, "cabf000000")]
    [InlineData(1.1f, "ca3f8ccccd")]
    [InlineData(float.PositiveInfinity, "ca7f800000")]
    [InlineData(float.NegativeInfinity, "caff800000")]
    public void A_single_is_five_bytes(float value, string bytes) =>
        Assert.Equal(bytes, Written(buffer => new MessagePackWriter(buffer).Write(value)));

    [Theory]
    [InlineData(0.0, "cb0000000000000000")]
    [InlineData(-0.0, "cb8000000000000000")]
    [InlineData(0.5, "cb3fe0000000000000")]
    [InlineData(1.1, "cb3ff199999999999a")]
    [InlineData(double.MaxValue, "cb7fefffffffffffff")]
    [InlineData(double.Epsilon, "cb0000000000000001")]
    [InlineData(double.NegativeInfinity, "cbfff0000000000000")]
    public void A_double_is_nine_bytes(double value, string bytes) =>
        Assert.Equal(bytes, Written(buffer => new MessagePackWriter(buffer).Write(value)));

    [Fact]
    public void Nil_and_booleans_are_one_byte() =>
        Assert.Equal("c0c2c3", Written(buffer =>
        {
            MessagePackWriter writer = new(buffer);
            writer.WriteNil();
            writer.Write(false);
            writer.Write(true);
        }));

    [Theory]
    [InlineData("", "a0")]
    [InlineData("\0", "a100")]
    [InlineData("a", "a161")]
    [InlineData("\u00e9", "a2c3a9")]
    [InlineData("\u65e5\u672c", "a6e697a5e69cac")]
    [InlineData("\U0001f600", "a4f09f9880")]
    public void A_string_is_utf8(string value, string bytes) =>
        Assert.Equal(bytes, Written(buffer => new MessagePackWriter(buffer).Write(value)));

    [Fact]
    public void A_null_string_is_nil() => Assert.Equal("c0", Written(buffer => new MessagePackWriter(buffer).Write(null)));

    [Theory]
    [MemberData(nameof(SpecificationVectors.StringHeaders), MemberType = typeof(SpecificationVectors))]
    public void The_header_of_a_string_is_the_shortest_for_its_length(int length, string header)
    {
        string bytes = Written(buffer => new MessagePackWriter(buffer).Write(new string('a', length)));
        Assert.Equal(header + string.Concat(Enumerable.Repeat("61", length)), bytes);
    }

    [Fact]
    public void The_header_of_a_string_counts_bytes_not_characters()
    {
        Assert.Equal("be", Written(buffer => new MessagePackWriter(buffer).Write(new string('\u00e9', 15)))[..2]);
        Assert.Equal("d920", Written(buffer => new MessagePackWriter(buffer).Write(new string('\u00e9', 16)))[..4]);
        Assert.Equal("be", Written(buffer => new MessagePackWriter(buffer).Write(new string('\u65e5', 10)))[..2]);
        Assert.Equal("d921", Written(buffer => new MessagePackWriter(buffer).Write(new string('\u65e5', 11)))[..4]);
    }

    [Theory]
    [MemberData(nameof(SpecificationVectors.BinaryHeaders), MemberType = typeof(SpecificationVectors))]
    public void The_header_of_a_binary_value_is_the_shortest_for_its_length(int length, string header) =>
        Assert.Equal(header + new string('0', 2 * length), Written(buffer => new MessagePackWriter(buffer).WriteBinary(new byte[length])));

    [Theory]
    [MemberData(nameof(SpecificationVectors.ArrayHeaders), MemberType = typeof(SpecificationVectors))]
    public void The_header_of_an_array_is_the_shortest_for_its_count(int count, string header) =>
        Assert.Equal(header, Written(buffer => new MessagePackWriter(buffer).WriteArrayHeader(count)));

    [Theory]
    [MemberData(nameof(SpecificationVectors.MapHeaders), MemberType = typeof(SpecificationVectors))]
    public void The_header_of_a_map_is_the_shortest_for_its_count(int count, string header) =>
        Assert.Equal(header, Written(buffer => new MessagePackWriter(buffer).WriteMapHeader(count)));

    [Theory]
    [MemberData(nameof(SpecificationVectors.ExtensionHeaders), MemberType = typeof(SpecificationVectors))]
    public void The_header_of_an_extension_is_the_shortest_for_its_length(int length, string header) =>
        Assert.Equal(header + new string('0', 2 * length), Written(buffer => new MessagePackWriter(buffer).WriteExtension(-3, new byte[length])));

    [Fact]
    public void An_extension_of_unknown_length_gets_it_afterwards() =>
        Assert.Equal("c9000000020701c3", Written(buffer =>
        {
            MessagePackWriter writer = new(buffer);
            int start = writer.BeginExtension(7);
            writer.Write(1L);
            writer.Write(true);
            writer.EndExtension(start);
        }));

    // Written as code units, because test names go through UTF-8, which has no lone surrogates.
    [Theory]
    [InlineData(true)]
    [InlineData(true, 'a')]
    [InlineData(true, '\ud83d', '\ude00')]
    [InlineData(true, 'a', '\ud83d', '\ude00', 'b', '\ud83d', '\ude00')]
    [InlineData(false, '\ud83d')]
    [InlineData(false, '\ude00')]
    [InlineData(false, '\ude00', '\ud83d')]
    [InlineData(false, '\ud83d', '\ude00', '\ud83d')]
    [InlineData(false, '\ud83d', 'x', '\ude00')]
    public void A_lone_surrogate_is_noticed(bool expected, params char[] text) =>
        Assert.Equal(expected, MessagePackWriter.IsWellFormed(text));

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character() =>
        Assert.Equal("a3efbfbd", Written(buffer => new MessagePackWriter(buffer).Write(new string('\ud800', 1))));

    private static string Written(Action<PooledBuffer> write)
    {
        using var buffer = new PooledBuffer();
        write(buffer);
        return Convert.ToHexString(buffer.WrittenSpan).ToLowerInvariant();
    }
}
