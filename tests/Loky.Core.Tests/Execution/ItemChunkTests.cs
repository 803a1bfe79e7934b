using Loky.Execution;
using Loky.Scheduling;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Execution;

public sealed class ItemChunkTests
{
    [Fact]
    public void Any_run_of_items_is_a_run_of_bytes()
    {
        var chunk = new ItemChunk();
        byte[][] items = [[1], [2, 2], [3, 3, 3], [4]];
        Assert.All(items, item => Assert.True(chunk.TryAdd(item)));
        for (int start = 0; start < items.Length; start++)
        {
            for (int count = 1; start + count <= items.Length; count++)
            {
                Assert.Equal(items.Skip(start).Take(count).SelectMany(item => item), chunk.Slice(start, count).ToArray());
            }
        }
    }

    [Fact]
    public void A_chunk_that_is_full_takes_no_more_and_keeps_what_it_has()
    {
        var chunk = new ItemChunk();
        byte[] item = new byte[1000];
        int added = 0;
        while (chunk.TryAdd(item))
        {
            added++;
        }

        Assert.Equal(65, added);
        Assert.False(chunk.TryAdd([1]));
        Assert.Equal(65_000, chunk.Slice(0, 65).Length);
    }

    [Fact]
    public void Its_memory_is_given_back_when_its_last_item_has_ended_and_not_before()
    {
        var chunk = new ItemChunk();
        Assert.True(chunk.TryAdd([1]));
        Assert.True(chunk.TryAdd([2]));
        chunk.Release(1);
        chunk.Release(1);

        // Still open: another item may come.
        Assert.True(chunk.TryAdd([3]));
        chunk.Seal();
        Assert.Equal([3], chunk.Slice(2, 1).ToArray());
        chunk.Release(1);
        _ = Assert.ThrowsAny<ArgumentException>(() => chunk.Slice(2, 1));
    }

    [Fact]
    public void A_large_item_keeps_its_own_buffer()
    {
        var buffer = new PooledBuffer();
        new WireWriter(buffer).Write(7);
        ItemChunk chunk = ItemChunk.OfOne(buffer);
        Assert.Equal(1, chunk.Count);
        Assert.False(chunk.TryAdd([1]));
        Assert.Equal([7], chunk.Slice(0, 1).ToArray());
        chunk.Release(1);
        Assert.Equal(0, buffer.Length);
    }

    [Fact]
    public void A_range_is_split_without_losing_an_index()
    {
        var range = new ItemRange(new ItemChunk(), 10, 5, 100, 2);
        Assert.Equal(range with { Count = 2 }, range.Take(2));
        Assert.Equal(range with { Start = 12, Count = 3, FirstIndex = 102 }, range.Skip(2));
        Assert.Equal(0, range.Skip(5).Count);
    }
}
