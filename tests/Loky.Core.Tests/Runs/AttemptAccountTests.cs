using Loky.Hosting;
using Loky.Runs;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Runs;

public sealed class AttemptAccountTests
{
    private const long Ended = 1_764_000_000_123_456;

    private static readonly AttemptAccount Before = new(Ended, 40, 2, "Id", IsFailed: true);

    [Fact]
    public void A_whole_account_is_read_as_it_was_written()
    {
        using var buffer = new PooledBuffer();
        Before.Write(buffer);
        Assert.Equal(Before, AttemptAccount.Read(buffer.WrittenMemory, null));
        Assert.Equal(Before, AttemptAccount.Read(buffer.WrittenMemory, Before));
    }

    [Theory]
    [InlineData(0u, 1)]
    [InlineData(127u, 1)]
    [InlineData(128u, 2)]
    [InlineData(255u, 2)]
    [InlineData(256u, 3)]
    [InlineData(65_535u, 3)]
    [InlineData(65_536u, 5)]
    [InlineData(uint.MaxValue, 5)]
    public void A_number_alone_counts_from_the_account_before_it(uint took, int length)
    {
        byte[] value = new byte[WireWriter.LongestUInt32];
        Assert.Equal(length, WireWriter.Write(value, took));
        Assert.Equal(new AttemptAccount(Ended + took, took, 0, null, false), AttemptAccount.Read(value.AsMemory(0, length), Before));
        _ = Assert.Throws<WireFormatException>(() => AttemptAccount.Read(value.AsMemory(0, length), null));
    }

    [Fact]
    public void A_number_that_leads_past_the_end_of_time_is_refused()
    {
        var last = new AttemptAccount(253402300799L * 1_000_000, 0, 0, null, false);
        _ = Assert.Throws<WireFormatException>(() => AttemptAccount.Read(new byte[] { 0xCC, 200 }, last));
    }

    [Fact]
    public void The_clock_goes_on_from_item_to_item_and_not_over_a_gap_or_into_another_frame()
    {
        var clock = default(AccountClock);
        long second = System.Diagnostics.Stopwatch.Frequency;
        Assert.False(clock.TryContinue(0, second, out _));
        (long ended, long run) = clock.Note(second / 2, second);
        Assert.Equal(500_000, run);
        Assert.InRange(ended, (DateTime.UtcNow.AddMinutes(-1) - DateTime.UnixEpoch).Ticks / 10, (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / 10);
        Assert.True(clock.TryContinue(second, second + (second / 1000), out uint took));
        Assert.Equal(1000u, took);

        // Parts of microseconds add up to whole ones.
        long now = second + (second / 1000);
        long sum = 0;
        for (int i = 0; i < 10; i++)
        {
            long next = now + (second / 2_500_000);
            Assert.True(clock.TryContinue(now, next, out took));
            (now, sum) = (next, sum + took);
        }

        Assert.Equal(4, sum);
        Assert.False(clock.TryContinue(now + (second / 1000), now + (second / 500), out _));
        Assert.Equal((ended + 4004, 1000), clock.Note(now + (second / 500), now + (3 * second / 1000)));
        clock.Reset();
        Assert.False(clock.TryContinue(now, now, out _));
    }
}
