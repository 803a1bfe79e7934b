using System.Diagnostics;
using Loky.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

public sealed class DeadlineTests
{
    [Fact]
    public async Task A_time_longer_than_one_timer_takes_is_kept_in_full()
    {
        using var deadline = new Deadline(longest: TimeSpan.FromMilliseconds(50));
        Stopwatch watch = Stopwatch.StartNew();
        deadline.Set(TimeSpan.FromMilliseconds(400));
        await Until.True(() => deadline.Token.IsCancellationRequested, "the deadline has come");
        Assert.InRange(watch.ElapsedMilliseconds, 380, long.MaxValue);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-0.001)]
    public void The_longest_time_and_none_at_all_can_be_set(double seconds)
    {
        using var deadline = new Deadline();
        deadline.Set(TimeSpan.FromSeconds(seconds));
        Assert.False(deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Another_reason_cancels_too()
    {
        using var other = new CancellationTokenSource();
        using var deadline = new Deadline(cancellation: other.Token);
        deadline.Set(TimeSpan.FromDays(1000));
        await other.CancelAsync();
        Assert.True(deadline.Token.IsCancellationRequested);
    }
}
