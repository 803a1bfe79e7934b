using Loky.Execution;
using Xunit;

namespace Loky.Tests.Execution;

public sealed class BatchSizerTests
{
    [Fact]
    public void The_first_batch_is_one_item_because_nothing_is_known() => Assert.Equal(1, new BatchSizer(TaskGroupOptions.Default).Next(1000, 2));

    [Fact]
    public void Fast_items_go_in_batches_that_grow()
    {
        var sizer = new BatchSizer(TaskGroupOptions.Default);
        sizer.Measure(1, 1);
        int[] sizes = [.. Enumerable.Range(0, 8).Select(_ => sizer.Next(1_000_000, 2))];
        Assert.Equal(8, sizes[0]);
        Assert.Equal(64, sizes[1]);
        Assert.Equal(4096, sizes[^1]);
        Assert.True(sizer.Prefetch);
    }

    [Fact]
    public void Slow_items_go_one_by_one_and_none_waits_behind_them()
    {
        var sizer = new BatchSizer(TaskGroupOptions.Default);
        sizer.Measure(1, 50_000);
        Assert.Equal(1, sizer.Next(1_000_000, 2));
        Assert.False(sizer.Prefetch);
    }

    [Fact]
    public void Towards_the_end_the_batches_shrink_so_that_all_end_together()
    {
        var sizer = new BatchSizer(TaskGroupOptions.Default);
        for (int i = 0; i < 10; i++)
        {
            sizer.Measure(100, 10_000);
            _ = sizer.Next(1_000_000, 4);
        }

        Assert.Equal(10, sizer.Next(80, 4));
        Assert.Equal(1, sizer.Next(1, 4));
    }

    [Fact]
    public void Less_work_than_a_batch_costs_is_not_divided()
    {
        var sizer = new BatchSizer(TaskGroupOptions.Default);
        sizer.Measure(100, 200);
        Assert.Equal(50, sizer.Least);
        Assert.Equal(8, sizer.Next(20, 2));
        Assert.Equal(20, sizer.Next(20, 2));
    }

    [Fact]
    public void What_an_earlier_call_has_learned_holds_from_the_first_batch_on()
    {
        var cost = new ItemCost();
        new BatchSizer(new TaskGroupOptions { Cost = cost }).Measure(100, 200);
        var sizer = new BatchSizer(new TaskGroupOptions { Cost = cost });
        Assert.Equal(50, sizer.Least);
        Assert.Equal(4096, sizer.Next(1_000_000, 2));
        Assert.True(sizer.Prefetch);
    }

    [Fact]
    public void An_item_that_does_not_end_makes_the_guess_a_longer_one()
    {
        var sizer = new BatchSizer(new TaskGroupOptions { Cost = new ItemCost { Microseconds = 2 } });
        sizer.Doubt(50_000);
        Assert.Equal(1, sizer.Next(1000, 2));
        sizer.Doubt(10);
        Assert.Equal(1, sizer.Next(1000, 2));
    }

    [Theory]
    [InlineData(6, 100, 6)]
    [InlineData(50, 7, 7)]
    public void A_size_that_was_asked_for_is_kept(int asked, long pending, int expected)
    {
        var sizer = new BatchSizer(new TaskGroupOptions { BatchSize = asked });
        sizer.Measure(1, 1_000_000);
        Assert.Equal(expected, sizer.Next(pending, 2));
    }

    [Fact]
    public void Items_that_may_depend_on_each_other_never_travel_together()
    {
        var sizer = new BatchSizer(new TaskGroupOptions { MayQueueInWorker = false });
        sizer.Measure(1, 1);
        Assert.Equal(1, sizer.Next(1000, 2));
        Assert.False(sizer.Prefetch);
    }

    [Fact]
    public void A_frame_in_which_no_item_ended_measures_nothing()
    {
        var sizer = new BatchSizer(TaskGroupOptions.Default);
        sizer.Measure(0, 0);
        Assert.Equal(1, sizer.Next(1000, 2));
        Assert.False(sizer.Prefetch);
    }
}
