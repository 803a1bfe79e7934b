using Loky.Channel;
using Loky.Execution;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Execution;

public sealed class TaskGroupTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Items_are_taken_once_each_and_in_order(int batch)
    {
        var group = new TestGroup();
        for (int i = 0; i < 10_000; i++)
        {
            Assert.Equal(i, group.AddNumber());
        }

        long next = 0;
        foreach (ItemRange items in group.TakeAll(batch))
        {
            Assert.Equal(next, items.FirstIndex);
            Assert.InRange(items.Count, 1, batch);
            next += items.Count;
        }

        Assert.Equal(10_000, next);
        Assert.Equal(0, group.PendingCount);
    }

    [Fact]
    public void The_bytes_of_a_batch_are_its_items_one_behind_another()
    {
        var group = new TestGroup();
        for (int i = 0; i < 300; i++)
        {
            _ = group.AddNumber();
        }

        foreach (ItemRange items in group.TakeAll(11))
        {
            var reader = new WireReader(group.BytesOf(items));
            for (int i = 0; i < items.Count; i++)
            {
                Assert.Equal(items.FirstIndex + i, reader.ReadInt64());
            }

            Assert.True(reader.End);
        }
    }

    [Fact]
    public void A_large_item_travels_alone_and_keeps_its_place()
    {
        var group = new TestGroup();
        _ = group.AddNumber();
        _ = group.AddNumber(100_000);
        _ = group.AddNumber();
        ItemRange[] taken = [.. group.TakeAll(10)];
        Assert.Equal([0L, 1L, 2L], taken.Select(items => items.FirstIndex));
        Assert.InRange(group.BytesOf(taken[1]).Length, 100_000, 100_010);
    }

    [Fact]
    public void What_several_workers_put_back_is_taken_in_order_whichever_died_first()
    {
        var group = new TestGroup();
        for (int i = 0; i < 10; i++)
        {
            _ = group.AddNumber();
        }

        Assert.True(group.TryTake(2, null, out ItemRange first));
        Assert.True(group.TryTake(2, null, out ItemRange second));
        Assert.True(group.TryTake(2, null, out ItemRange third));
        group.PutBack(second);
        Assert.Equal(2, group.FirstPending);
        group.PutBack(third);
        Assert.Equal(2, group.FirstPending);
        group.PutBack(first);
        Assert.Equal([0L, 2L, 4L, 6L], group.TakeAll(100).Select(range => range.FirstIndex));
    }

    [Fact]
    public void An_item_added_behind_one_that_is_tried_again_has_an_attempt_of_its_own()
    {
        var group = new TestGroup();
        _ = group.AddNumber();
        Assert.True(group.TryTake(1, null, out ItemRange first));
        group.PutBack(first with { Attempt = 2 });
        _ = group.AddNumber();
        Assert.Equal([(0L, 2), (1L, 1)], group.TakeAll(100).Select(range => (range.FirstIndex, range.Attempt)));
    }

    [Fact]
    public void What_is_put_back_comes_first_and_with_its_attempt()
    {
        var group = new TestGroup();
        for (int i = 0; i < 10; i++)
        {
            _ = group.AddNumber();
        }

        Assert.True(group.TryTake(6, null, out ItemRange items));
        group.PutBack(items.Skip(3));
        group.PutBack(items.Skip(1).Take(2) with { Attempt = 2 });
        ItemRange[] rest = [.. group.TakeAll(100)];
        Assert.Equal([1L, 3L, 6L], rest.Select(range => range.FirstIndex));
        Assert.Equal([2, 1, 1], rest.Select(range => range.Attempt));
        Assert.Equal([2, 3, 4], rest.Select(range => range.Count));
    }

    [Fact]
    public void A_group_is_drained_when_it_is_complete_and_empty()
    {
        var group = new TestGroup();
        Assert.False(group.IsDrained);
        _ = group.AddNumber();
        group.CompleteAdding();
        Assert.False(group.IsDrained);
        Assert.True(group.TryTake(1, null, out ItemRange items));
        Assert.True(group.IsDrained);
        group.PutBack(items);
        Assert.False(group.IsDrained);
    }

    [Fact]
    public void Dropping_forgets_what_waits_what_comes_and_what_comes_back()
    {
        var group = new TestGroup();
        _ = group.AddNumber();
        _ = group.AddNumber();
        Assert.True(group.TryTake(1, null, out ItemRange items));
        group.Drop();
        Assert.Equal(0, group.PendingCount);
        _ = group.AddNumber();
        group.PutBack(items);
        Assert.Equal(0, group.PendingCount);
        Assert.True(group.IsDrained);
        Assert.False(group.TryTake(1, null, out _));
    }

    [Fact]
    public async Task Items_added_while_others_are_taken_are_neither_lost_nor_doubled()
    {
        const int count = 200_000;
        var group = new TestGroup();
        Task adding = Task.Run(() =>
        {
            for (int i = 0; i < count; i++)
            {
                _ = group.AddNumber();
            }

            group.CompleteAdding();
        });
        var seen = new int[count];
        await Task.WhenAll(Enumerable.Range(0, 3).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            while (!group.IsDrained)
            {
                if (group.TryTake(random.Next(1, 50), null, out ItemRange items))
                {
                    if (items.Attempt == 1 && random.Next(10) == 0)
                    {
                        group.PutBack(items with { Attempt = 2 });
                        continue;
                    }

                    for (int i = 0; i < items.Count; i++)
                    {
                        _ = Interlocked.Increment(ref seen[items.FirstIndex + i]);
                    }

                    group.Release(items);
                }
            }
        })));
        await adding;
        Assert.All(seen, times => Assert.Equal(1, times));
    }

    [Fact]
    public void An_item_too_large_for_a_frame_is_refused_and_the_group_goes_on()
    {
        var group = new TestGroup();
        using var item = new PooledBuffer();

        // Its memory is only asked for, never touched.
        _ = item.GetSpan(Frame.MaxPayload);
        item.Advance(Frame.MaxPayload);
        PooledBuffer given = item;
        string message = Assert.Throws<TaskSerializationException>(() => group.Add(ref given)).Message;
        Assert.Contains(Frame.MaxPayload.ToString(System.Globalization.CultureInfo.CurrentCulture), message, StringComparison.Ordinal);
        Assert.Equal(0, group.PendingCount);
        Assert.Equal(0, group.AddNumber());
    }
}
