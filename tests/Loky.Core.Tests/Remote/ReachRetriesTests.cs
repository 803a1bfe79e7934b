using System.Diagnostics;
using Loky.Remote;
using Xunit;

namespace Loky.Tests.Remote;

/// <summary>How often a host is tried that cannot be reached, and what is paused for between.</summary>
public sealed class ReachRetriesTests
{
    [Fact]
    public void A_failure_that_will_not_pass_counts_three_times()
    {
        var retries = default(ReachRetries);
        foreach (bool isHopeless in new[] { false, false, true })
        {
            retries.Note(mayPass: false, At(0));
            Assert.Equal(isHopeless, retries.IsHopeless(At(0)));
        }
    }

    [Fact]
    public void One_that_may_pass_has_a_minute_and_three_tries_however_long_they_take()
    {
        var retries = default(ReachRetries);
        for (int seconds = 0; seconds <= 60; seconds += 10)
        {
            retries.BeginTry(At(seconds));
            retries.Note(mayPass: true, At(seconds));
            Assert.False(retries.IsHopeless(At(seconds)));
        }

        retries.Note(mayPass: true, At(61));
        Assert.True(retries.IsHopeless(At(61)));

        retries = default;
        retries.Note(mayPass: true, At(0));
        retries.Note(mayPass: true, At(55));
        Assert.False(retries.IsHopeless(At(100)));
        retries.Note(mayPass: true, At(110));
        Assert.True(retries.IsHopeless(At(110)));
    }

    [Fact]
    public void Pauses_double_up_to_ten_seconds()
    {
        var retries = default(ReachRetries);
        foreach (int pause in new[] { 0, 1, 2, 4, 8, 10, 10 })
        {
            Assert.Equal(TimeSpan.FromSeconds(pause), retries.Pause);
            retries.Note(mayPass: true, At(0));
        }
    }

    [Fact]
    public void Failures_are_forgotten_when_nobody_has_tried_for_a_minute()
    {
        var retries = default(ReachRetries);
        retries.Note(mayPass: false, At(0));
        retries.Note(mayPass: false, At(3));
        retries.BeginTry(At(10));
        Assert.Equal(TimeSpan.FromSeconds(2), retries.Pause);
        retries.BeginTry(At(64));
        Assert.Equal(TimeSpan.Zero, retries.Pause);
        retries.Note(mayPass: false, At(65));
        Assert.False(retries.IsHopeless(At(65)));
    }

    private static long At(int seconds) => (seconds + 1) * Stopwatch.Frequency;
}
