using Loky.MessagePack;
using Xunit;

namespace Loky.Tests.MessagePack;

public sealed class MessagePackReaderTests
{
    [Theory]
    [MemberData(nameof(SpecificationVectors.Integers), MemberType = typeof(SpecificationVectors))]
    [MemberData(nameof(SpecificationVectors.LongIntegers), MemberType = typeof(SpecificationVectors))]
    public void An_integer_is_read_from_any_of_its_forms(long value, string bytes)
    {
        MessagePackReader reader = Reader(bytes);
        Assert.Equal(MessagePackKind.Integer, reader.NextKind);
        Assert.Equal(value, reader.ReadInt64());
        Assert.True(reader.End);
    }

    [Theory]
    [MemberData(nameof(SpecificationVectors.Integers), MemberType = typeof(SpecificationVectors))]
    [MemberData(nameof(SpecificationVectors.LongIntegers), MemberType = typeof(SpecificationVectors))]
    public void An_integer_is_read_into_narrower_types_only_where_it_fits(long value, string bytes)
    {
        if (value is >= int.MinValue and <= int.MaxValue)
        {
            Assert.Equal((int)value, Reader(bytes).ReadInt32());
        }
        else
        {
            _ = Assert.Throws<MessagePackFormatException>(() => Reader(bytes).ReadInt32());
        }

        if (value >= 0)
        {
            Assert.Equal((ulong)value, Reader(bytes).ReadUInt64());
        }
        else
        {
            _ = Assert.Throws<MessagePackFormatException>(() => Reader(bytes).ReadUInt64());
        }
    }

    [Fact]
    public void The_largest_integer_is_unsigned_only()
    {
        Assert.Equal(ulong.MaxValue, Reader("cfffffffffffffffff").ReadUInt64());
        _ = Assert.Throws<MessagePackFormatException>(() => Reader("cfffffffffffffffff").ReadInt64());
    }

    [Theory]
    [InlineData("ca3f000000", 0.5)]
    [InlineData("cb3fe0000000000000", 0.5)]
    [InlineData("cb3ff199999999999a", 1.1)]
    [InlineData("cb8000000000000000", -0.0)]
    public void A_number_with_a_fraction_is_read_from_both_precisions(string bytes, double value) =>
        Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(Reader(bytes).ReadDouble()));

    [Fact]
    public void A_double_is_not_narrowed_to_a_single() =>
        Assert.Throws<MessagePackFormatException>(() => Reader("cb3fe0000000000000").ReadSingle());

    [Theory]
    [MemberData(nameof(SpecificationVectors.StringHeaders), MemberType = typeof(SpecificationVectors))]
    public void A_string_is_read_behind_any_header(int length, string header) =>
        Assert.Equal(new string('a', length), Reader(header + string.Concat(Enumerable.Repeat("61", length))).ReadString());

    [Theory]
    [InlineData("d90161")]
    [InlineData("da000161")]
    [InlineData("db0000000161")]
    public void A_string_is_read_behind_a_longer_header_than_it_needs(string bytes) => Assert.Equal("a", Reader(bytes).ReadString());

    [Theory]
    [InlineData("a1ff")]
    [InlineData("a2c328")]
    [InlineData("a3eda080")]
    [InlineData("a2c080")]
    public void A_string_that_is_no_utf8_is_refused_where_it_stands(string bytes)
    {
        MessagePackReader reader = Reader(bytes);
        try
        {
            _ = reader.ReadString();
            Assert.Fail("It was read.");
        }
        catch (MessagePackFormatException)
        {
            Assert.Equal(0, reader.Position);
        }
    }

    [Theory]
    [MemberData(nameof(SpecificationVectors.BinaryHeaders), MemberType = typeof(SpecificationVectors))]
    public void A_binary_value_is_read_behind_any_header(int length, string header) =>
        Assert.Equal(length, Reader(header + new string('0', 2 * length)).ReadBinary().Length);

    [Theory]
    [MemberData(nameof(SpecificationVectors.ExtensionHeaders), MemberType = typeof(SpecificationVectors))]
    public void An_extension_is_read_behind_any_header(int length, string header)
    {
        MessagePackReader reader = Reader(header + new string('0', 2 * length));
        Assert.Equal(-3, reader.PeekExtensionType());
        Assert.Equal(length, reader.ReadExtension(out sbyte type).Length);
        Assert.Equal(-3, type);
        Assert.True(reader.End);
    }

    [Theory]
    [MemberData(nameof(SpecificationVectors.ArrayHeaders), MemberType = typeof(SpecificationVectors))]
    public void The_count_of_an_array_is_believed_only_if_that_many_bytes_are_there(int count, string header)
    {
        if (count < 100_000)
        {
            Assert.Equal(count, Reader(header + new string('0', 2 * count)).ReadArrayHeader());
        }

        if (count > 0)
        {
            _ = Assert.Throws<MessagePackFormatException>(() => Reader(header + new string('0', 2 * Math.Min(count - 1, 100))).ReadArrayHeader());
        }
    }

    [Theory]
    [MemberData(nameof(SpecificationVectors.MapHeaders), MemberType = typeof(SpecificationVectors))]
    public void The_count_of_a_map_is_believed_only_if_twice_that_many_bytes_are_there(int count, string header)
    {
        Assert.Equal(count, Reader(header + new string('0', 4 * count)).ReadMapHeader());
        if (count > 0)
        {
            _ = Assert.Throws<MessagePackFormatException>(() => Reader(header + new string('0', (4 * count) - 2)).ReadMapHeader());
        }
    }

    [Theory]
    [InlineData("c6ffffffff00")]
    [InlineData("dbffffffff00")]
    [InlineData("c9ffffffff0000")]
    [InlineData("ddffffffff00")]
    [InlineData("dfffffffff00")]
    public void A_length_beyond_the_end_is_refused_before_anything_is_allocated(string bytes)
    {
        byte[] data = Convert.FromHexString(bytes);
        _ = Assert.Throws<MessagePackFormatException>(() => ReadAnything(data));
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = Assert.Throws<MessagePackFormatException>(() => ReadAnything(data));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void A_value_of_another_kind_is_named_in_the_error()
    {
        MessagePackFormatException error = Assert.Throws<MessagePackFormatException>(() => Reader("a161").ReadInt32());
        Assert.Contains("0xA1", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(MessagePackKind.Integer), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_byte_that_no_format_uses_is_refused() =>
        Assert.Throws<MessagePackFormatException>(() => Reader("c1").Skip());

    [Fact]
    public void Nil_is_a_null_string_but_no_required_one()
    {
        Assert.Null(Reader("c0").ReadString());
        _ = Assert.Throws<MessagePackFormatException>(() => Reader("c0").ReadRequiredString());
    }

    [Fact]
    public void An_array_of_another_count_is_refused_where_it_stands()
    {
        MessagePackReader reader = Reader("92c0c0");
        try
        {
            reader.ReadArrayHeader(3);
            Assert.Fail("It was read.");
        }
        catch (MessagePackFormatException)
        {
            Assert.Equal(0, reader.Position);
        }
    }

    [Fact]
    public void Raw_bytes_are_those_of_one_whole_value()
    {
        MessagePackReader reader = Reader("82a16193010203a162810405c3");
        Assert.Equal("82A16193010203A162810405", Convert.ToHexString(reader.ReadRaw()));
        Assert.True(reader.ReadBoolean());
    }

    [Fact]
    public void A_million_nested_arrays_are_stepped_over_without_recursion()
    {
        byte[] bomb = new byte[1_000_001];
        bomb.AsSpan(0, 1_000_000).Fill(0x91);
        MessagePackReader reader = new(bomb);
        reader.Skip();
        Assert.True(reader.End);
    }

    [Fact]
    public void Going_deeper_than_the_limit_is_refused_and_a_nested_reader_goes_on_counting()
    {
        MessagePackReader reader = Reader("c0");
        for (int depth = 0; depth < MessagePackReader.MaxDepth; depth++)
        {
            reader.Enter();
        }

        MessagePackReader nested = reader.Nested([0xc0]);
        Exception? error = null;
        try
        {
            nested.Enter();
        }
        catch (MessagePackFormatException exception)
        {
            error = exception;
        }

        Assert.Contains("128", error?.Message, StringComparison.Ordinal);
        reader.Leave();
        reader.Enter();
    }

    private static MessagePackReader Reader(string bytes) => new(Convert.FromHexString(bytes));

    private static void ReadAnything(byte[] data)
    {
        MessagePackReader reader = new(data);
        switch (reader.NextKind)
        {
            case MessagePackKind.Binary:
                _ = reader.ReadBinary().ToArray();
                break;
            case MessagePackKind.String:
                _ = reader.ReadString();
                break;
            case MessagePackKind.Extension:
                _ = reader.ReadExtension(out _).ToArray();
                break;
            case MessagePackKind.Array:
                _ = new object[reader.ReadArrayHeader()];
                break;
            default:
                _ = new object[reader.ReadMapHeader()];
                break;
        }
    }
}
