using Loky.Wire;
using Xunit;

namespace Loky.Tests.Wire;

public sealed class WireReaderTests
{
    [Fact]
    public void The_largest_integer_is_unsigned_only()
    {
        Assert.Equal(ulong.MaxValue, Reader("cfffffffffffffffff").ReadUInt64());
        _ = Assert.Throws<WireFormatException>(() => Reader("cfffffffffffffffff").ReadInt64());
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
        Assert.Throws<WireFormatException>(() => Reader("cb3fe0000000000000").ReadSingle());

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
        WireReader reader = Reader(bytes);
        try
        {
            _ = reader.ReadString();
            Assert.Fail("It was read.");
        }
        catch (WireFormatException)
        {
            Assert.Equal(0, reader.Position);
        }
    }

    [Theory]
    [InlineData("931c1c")]
    [InlineData("dc00031c1c")]
    [InlineData("dd000000031c1c")]
    public void The_count_of_an_array_is_believed_only_if_that_many_bytes_are_there(string bytes) =>
        Assert.Throws<WireFormatException>(() => Reader(bytes).ReadArrayHeader());

    [Theory]
    [InlineData("821c1c1c")]
    [InlineData("de00021c1c1c")]
    [InlineData("df000000021c1c1c")]
    public void The_count_of_a_map_is_believed_only_if_twice_that_many_bytes_are_there(string bytes) =>
        Assert.Throws<WireFormatException>(() => Reader(bytes).ReadMapHeader());

    [Theory]
    [InlineData("ce80000000", "2147483648")]
    [InlineData("d3ffffffff7fffffff", "-2147483649")]
    [InlineData("cfffffffffffffffff", "18446744073709551615")]
    public void An_integer_that_does_not_fit_is_refused_with_its_value(string bytes, string value)
    {
        WireFormatException error = Assert.Throws<WireFormatException>(() => Reader(bytes).ReadInt32());
        Assert.Contains(value, error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Int32), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_negative_integer_is_no_unsigned_one() => Assert.Throws<WireFormatException>(() => Reader("ff").ReadUInt64());

    [Theory]
    [InlineData("05")]
    [InlineData("c0")]
    public void An_integer_or_nil_is_no_number_with_a_fraction(string bytes) =>
        Assert.Throws<WireFormatException>(() => Reader(bytes).ReadDouble());

    [Theory]
    [InlineData("c0")]
    [InlineData("a161")]
    public void Nil_or_a_string_is_no_binary_value(string bytes) =>
        Assert.Throws<WireFormatException>(() => Reader(bytes).ReadBinary().ToArray());

    [Theory]
    [InlineData("c403010203")]
    [InlineData("a3616263")]
    public void A_value_of_the_library_that_is_malformed_is_our_error(string bytes)
    {
        _ = Assert.Throws<WireFormatException>(() => Reader(bytes).ReadAs<Guid>());
        _ = Assert.Throws<WireFormatException>(() => Reader(bytes).ReadAs<decimal>());
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
        _ = Assert.Throws<WireFormatException>(() => ReadAnything(data));
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = Assert.Throws<WireFormatException>(() => ReadAnything(data));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void A_value_of_another_kind_is_named_in_the_error()
    {
        WireFormatException error = Assert.Throws<WireFormatException>(() => Reader("a161").ReadInt32());
        Assert.Contains("0xA1", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(WireKind.Integer), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_byte_that_no_format_uses_is_refused() =>
        Assert.Throws<WireFormatException>(() => Reader("c1").Skip());

    [Fact]
    public void Nil_is_a_null_string_but_no_required_one()
    {
        Assert.Null(Reader("c0").ReadString());
        _ = Assert.Throws<WireFormatException>(() => Reader("c0").ReadRequiredString());
    }

    [Fact]
    public void An_array_of_another_count_is_refused_where_it_stands()
    {
        WireReader reader = Reader("92c0c0");
        try
        {
            reader.ReadArrayHeader(3);
            Assert.Fail("It was read.");
        }
        catch (WireFormatException)
        {
            Assert.Equal(0, reader.Position);
        }
    }

    [Fact]
    public void Raw_bytes_are_those_of_one_whole_value()
    {
        WireReader reader = Reader("82a16193010203a162810405c3");
        Assert.Equal("82A16193010203A162810405", Convert.ToHexString(reader.ReadRaw().Span));
        Assert.True(reader.ReadBoolean());
    }

    [Fact]
    public void A_million_nested_arrays_are_stepped_over_without_recursion()
    {
        byte[] bomb = new byte[1_000_001];
        bomb.AsSpan(0, 1_000_000).Fill(0x91);
        WireReader reader = new(bomb);
        reader.Skip();
        Assert.True(reader.End);
    }

    [Fact]
    public void Going_deeper_than_the_limit_is_refused_and_a_nested_reader_goes_on_counting()
    {
        WireReader reader = Reader("d407c0");
        for (int depth = 0; depth < WireReader.MaxDepth; depth++)
        {
            reader.Enter();
        }

        WireReader nested = reader.ReadNested(out _);
        Exception? error = null;
        try
        {
            nested.Enter();
        }
        catch (WireFormatException exception)
        {
            error = exception;
        }

        Assert.Contains("128", error?.Message, StringComparison.Ordinal);
        reader.Leave();
        reader.Enter();
    }

    private static WireReader Reader(string bytes) => new(Convert.FromHexString(bytes));

    private static void ReadAnything(byte[] data)
    {
        WireReader reader = new(data);
        switch (reader.NextKind)
        {
            case WireKind.Binary:
                _ = reader.ReadBinary().ToArray();
                break;
            case WireKind.String:
                _ = reader.ReadString();
                break;
            case WireKind.Extension:
                _ = reader.ReadExtension(out _).ToArray();
                break;
            case WireKind.Array:
                _ = new object[reader.ReadArrayHeader()];
                break;
            default:
                _ = new object[reader.ReadMapHeader()];
                break;
        }
    }
}
