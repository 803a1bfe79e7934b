using Loky.Execution;
using Loky.Scheduling;
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
        sizer.Measure(1, 1, 1);
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
        sizer.Measure(1, 50_000, 50_000);
        Assert.Equal(1, sizer.Next(1_000_000, 2));
        Assert.False(sizer.Prefetch);
    }

    [Fact]
    public void Towards_the_end_the_batches_shrink_so_that_all_end_together()
    {
        var sizer = new BatchSizer(TaskGroupOptions.Default);
        for (int i = 0; i < 10; i++)
        {
            sizer.Measure(100, 10_000, 100);
            _ = sizer.Next(1_000_000, 4);
        }

        Assert.Equal(10, sizer.Next(80, 4));
        Assert.Equal(1, sizer.Next(1, 4));
    }

    [Fact]
    public void Less_work_than_a_batch_costs_is_not_divided()
    {
        var sizer = new BatchSizer(TaskGroupOptions.Default);
        sizer.Measure(100, 200, 2);
        Assert.Equal(125, sizer.Least);
        Assert.Equal(8, sizer.Next(20, 2));
        Assert.Equal(20, sizer.Next(20, 2));
    }

    [Fact]
    public void What_an_earlier_call_has_learned_holds_from_the_first_batch_on()
    {
        var cost = new ItemCost();
        new BatchSizer(new TaskGroupOptions { Cost = cost }).Measure(100, 200, 2);
        var sizer = new BatchSizer(new TaskGroupOptions { Cost = cost });
        Assert.Equal(125, sizer.Least);
        Assert.Equal(4096, sizer.Next(1_000_000, 2));
        Assert.True(sizer.Prefetch);
    }

    [Fact]
    public void An_item_that_does_not_end_makes_the_guess_a_longer_one()
    {
        var sizer = new BatchSizer(new TaskGroupOptions { Cost = ItemCost.Of(2) });
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
        sizer.Measure(1, 1_000_000, 1_000_000);
        Assert.Equal(expected, sizer.Next(pending, 2));
    }

    [Fact]
    public void Items_that_may_depend_on_each_other_never_travel_together()
    {
        var sizer = new BatchSizer(new TaskGroupOptions { MayQueueInWorker = false });
        sizer.Measure(1, 1, 1);
        Assert.Equal(1, sizer.Next(1000, 2));
        Assert.False(sizer.Prefetch);
    }

    [Fact]
    public void What_is_done_once_for_a_call_is_not_taken_for_the_items()
    {
        var cost = ItemCost.Of(2);
        for (int call = 0; call < 100; call++)
        {
            new BatchSizer(new TaskGroupOptions { Cost = cost }).Measure(5, 150, 2);
        }

        Assert.Equal(125, new BatchSizer(new TaskGroupOptions { Cost = cost }).Least);
    }

    [Fact]
    public void One_pause_of_the_machine_does_not_make_quick_items_slow()
    {
        var cost = ItemCost.Of(2);
        new BatchSizer(new TaskGroupOptions { Cost = cost }).Measure(5, 10_000, 2);
        var sizer = new BatchSizer(new TaskGroupOptions { Cost = cost });
        Assert.Equal(125, sizer.Least);
        Assert.True(sizer.Prefetch);
        Assert.InRange(sizer.Next(1000, 2), 10, 30);
    }

    [Fact]
    public void An_item_that_set_its_call_up_makes_the_guess_longer_step_by_step()
    {
        var cost = ItemCost.Of(2);
        var sizer = new BatchSizer(new TaskGroupOptions { Cost = cost });
        sizer.Measure(1, 50_000, 0);
        Assert.InRange(cost.Typical, 2, 2.2);
        for (int item = 0; item < 400; item++)
        {
            sizer.Measure(1, 50_000, 0);
        }

        Assert.InRange(cost.Typical, 40_000, 50_000);
        Assert.Equal(1, sizer.Next(1000, 2));
    }

    [Fact]
    public void Items_that_take_turns_at_a_processor_go_together_as_if_they_had_it_alone()
    {
        var alone = new BatchSizer(TaskGroupOptions.Default);
        var crowded = new BatchSizer(TaskGroupOptions.Default);
        for (int i = 0; i < 10; i++)
        {
            alone.Measure(1, 1000, 1000);
            crowded.Measure(1, 8000, 1000, crowding: 8);
            Assert.Equal(alone.Next(1_000_000, 16), crowded.Next(1_000_000, 16));
        }

        Assert.Equal(10, crowded.Next(1_000_000, 16));
    }

    [Fact]
    public void Doubt_is_the_group_s_own_and_goes_with_what_is_measured()
    {
        var cost = ItemCost.Of(2);
        var sizer = new BatchSizer(new TaskGroupOptions { Cost = cost });
        sizer.Doubt(5000);
        Assert.Equal(1, sizer.Least);
        Assert.Equal(125, new BatchSizer(new TaskGroupOptions { Cost = cost }).Least);
        for (int i = 0; i < 20; i++)
        {
            sizer.Measure(1, 2, 2);
        }

        Assert.Equal(125, sizer.Least);
    }

    [Fact]
    public void A_frame_in_which_no_item_ended_measures_nothing()
    {
        var sizer = new BatchSizer(TaskGroupOptions.Default);
        sizer.Measure(0, 0, 0);
        Assert.Equal(1, sizer.Next(1000, 2));
        Assert.False(sizer.Prefetch);
    }
}
