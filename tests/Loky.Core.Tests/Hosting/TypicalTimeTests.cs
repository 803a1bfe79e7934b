using Loky.Hosting;
using Xunit;

namespace Loky.Tests.Hosting;

public sealed class TypicalTimeTests
{
    [Fact]
    public void Nothing_is_known_of_no_items() => Assert.Equal(0, new TypicalTime().Ticks);

    [Fact]
    public void A_few_long_ones_do_not_count()
    {
        var typical = new TypicalTime();
        foreach (long ticks in new long[] { 1_000_000, 5, 4, 6, 5, 2_000_000, 5 })
        {
            typical.Add(ticks);
        }

        Assert.Equal(5, typical.Ticks);
    }

    [Fact]
    public void Items_that_take_no_time_are_known_all_the_same()
    {
        var typical = new TypicalTime();
        typical.Add(0);
        Assert.Equal(1, typical.Ticks);
        typical.Reset();
        Assert.Equal(0, typical.Ticks);
    }

    [Fact]
    public void The_first_sixteen_are_enough()
    {
        var typical = new TypicalTime();
        for (int i = 0; i < 16; i++)
        {
            typical.Add(3);
        }

        for (int i = 0; i < 1000; i++)
        {
            typical.Add(1000);
        }

        Assert.Equal(3, typical.Ticks);
    }
}
