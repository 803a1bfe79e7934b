using Loky.Wire;
using Xunit;

namespace Loky.Tests.Wire;

public sealed class PooledBufferTests
{
    [Fact]
    public void What_was_written_survives_growing()
    {
        using var buffer = new PooledBuffer(16);
        for (int i = 0; i < 10_000; i++)
        {
            buffer.GetSpan(1)[0] = (byte)i;
            buffer.Advance(1);
        }

        Assert.Equal(10_000, buffer.Length);
        Assert.All(buffer.WrittenSpan.ToArray().Select((value, index) => (value, index)), pair => Assert.Equal((byte)pair.index, pair.value));
    }

    [Fact]
    public void Truncating_undoes_what_came_after()
    {
        using var buffer = new PooledBuffer();
        new WireWriter(buffer).Write(1L);
        int length = buffer.Length;
        new WireWriter(buffer).Write("dropped");
        buffer.Truncate(length);
        Assert.Equal([1], buffer.WrittenSpan.ToArray());
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Truncate(length + 1));
    }

    [Fact]
    public void It_knows_where_its_first_large_block_begins_as_long_as_that_is_there()
    {
        using var buffer = new PooledBuffer();
        new WireWriter(buffer).WriteBinary(new byte[SharedMemory.MinArray - 1]);
        Assert.Equal(0, buffer.FirstLargeBlock);
        int first = buffer.Length;
        new WireWriter(buffer).WriteBinary(new byte[SharedMemory.MinArray]);
        new WireWriter(buffer).WriteBinary(new byte[SharedMemory.MinArray]);
        Assert.Equal(first + 5, buffer.FirstLargeBlock);
        buffer.Truncate(first + 6);
        Assert.Equal(first + 5, buffer.FirstLargeBlock);
        buffer.Truncate(first);
        Assert.Equal(0, buffer.FirstLargeBlock);
        new WireWriter(buffer).WriteBinary(new byte[SharedMemory.MinArray]);
        buffer.Clear();
        Assert.Equal(0, buffer.FirstLargeBlock);
    }

    [Fact]
    public void Clearing_gives_a_large_array_back()
    {
        using var buffer = new PooledBuffer();
        _ = buffer.GetSpan(5 << 20);
        buffer.Clear();
        Assert.Equal(0, buffer.Length);
        Assert.InRange(buffer.GetSpan().Length, 1, 1 << 20);
    }

    [Fact]
    public void A_message_beyond_the_limit_names_the_limit()
    {
        using var buffer = new PooledBuffer();
        buffer.Advance(1);
        string message = Assert.Throws<WireFormatException>(() => buffer.GetSpan(Array.MaxLength).Length).Message;
        Assert.Contains(Array.MaxLength.ToString(System.Globalization.CultureInfo.CurrentCulture), message, StringComparison.Ordinal);
    }

    [Fact]
    public void Advancing_beyond_the_array_is_refused()
    {
        using var buffer = new PooledBuffer(16);
        int room = buffer.GetSpan().Length;
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(room + 1));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
    }
}
