using System.Diagnostics;
using Loky.Channel;
using Xunit;

namespace Loky.Tests.Channel;

/// <summary>When a thread looks out for something before it sleeps.</summary>
public class ShortWaitTests
{
    private int _looks;

    // Ahead of now, so that no pause of the machine makes a sleep that began then a long one.
    private static long NoTimeAgo => Stopwatch.GetTimestamp() + Stopwatch.Frequency;

    [Fact]
    public void Nobody_looks_out_before_a_sleep_was_short()
    {
        var wait = new ShortWait(processors: 2);
        wait.LookOut(this, IsThere);
        wait.NoteSleep(begun: Stopwatch.GetTimestamp() - Stopwatch.Frequency);
        wait.LookOut(this, IsThere);
        Assert.Equal(0, _looks);
    }

    [Fact]
    public void After_a_short_sleep_it_is_looked_for_until_it_is_there()
    {
        var wait = new ShortWait(processors: 2);
        wait.NoteSleep(NoTimeAgo);
        wait.LookOut(this, IsThere);
        wait.LookOut(this, IsThere);
        Assert.Equal(2, _looks);
    }

    [Fact]
    public void What_does_not_come_is_given_up_soon_and_not_looked_for_again()
    {
        var wait = new ShortWait(processors: 2);
        wait.NoteSleep(NoTimeAgo);
        wait.LookOut(this, IsNotThere);
        Assert.NotEqual(0, _looks);
        int looks = _looks;
        wait.LookOut(this, IsNotThere);
        Assert.Equal(looks, _looks);
    }

    [Fact]
    public void One_thread_of_a_process_looks_out_at_a_time()
    {
        var outer = new ShortWait(processors: 2);
        var inner = new ShortWait(processors: 2);
        outer.NoteSleep(NoTimeAgo);
        inner.NoteSleep(NoTimeAgo);
        outer.LookOut(this, test =>
        {
            inner.LookOut(test, IsThere);
            return true;
        });
        Assert.Equal(0, _looks);
        inner.LookOut(this, IsThere);
        Assert.Equal(1, _looks);
    }

    [Fact]
    public void A_look_that_fails_lets_others_look_out()
    {
        var wait = new ShortWait(processors: 2);
        wait.NoteSleep(NoTimeAgo);
        Assert.Throws<InvalidOperationException>(() => wait.LookOut(this, static _ => throw new InvalidOperationException()));
        wait.LookOut(this, IsThere);
        Assert.Equal(1, _looks);
    }

    [Fact]
    public void With_one_processor_nobody_looks_out()
    {
        var wait = new ShortWait(processors: 1);
        wait.NoteSleep(NoTimeAgo);
        wait.LookOut(this, IsThere);
        Assert.Equal(0, _looks);
    }

    private static bool IsThere(ShortWaitTests test)
    {
        test._looks++;
        return true;
    }

    private static bool IsNotThere(ShortWaitTests test)
    {
        test._looks++;
        return false;
    }
}
