using Loky.Channel;
using Loky.Remote;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Remote;

/// <summary>Silence, and what breaks a link, on a clock of the test's own.</summary>
public sealed class AgentLinkTests
{
    [Fact]
    public async Task Two_sides_that_have_nothing_to_say_stay_together()
    {
        using SocketPair pair = SocketPair.Open();
        var clock = new ManualClock();
        int heard = 0;
        Exception? ended = null;
        using var near = new AgentLink(pair.Near, pair.Near, clock, _ => Interlocked.Increment(ref heard), cause => ended ??= cause);
        using var far = new AgentLink(pair.Far, pair.Far, clock, static _ => { }, cause => ended ??= cause);
        near.Queue.Add(AgentWelcome.OfThisMachine(null).ToMessage());
        far.Queue.Add(AgentWelcome.OfThisMachine(null).ToMessage());
        near.Start();
        far.Start();
        await Until.True(() => Volatile.Read(ref heard) == 1, "the first message comes");
        for (int beats = 1; beats <= 30; beats++)
        {
            int before = Volatile.Read(ref heard);
            clock.Advance(AgentLink.Turn * AgentLink.TurnsToHeartbeat);
            await Until.True(() => Volatile.Read(ref heard) > before, "a heartbeat comes");
        }

        Assert.Null(ended);
    }

    [Fact]
    public async Task A_side_that_has_fallen_silent_is_given_up_within_thirty_seconds_and_not_before_twenty()
    {
        using SocketPair pair = SocketPair.Open();
        var clock = new ManualClock();
        var ended = new TaskCompletionSource<Exception>();
        using var link = new AgentLink(pair.Near, pair.Near, clock, static _ => { }, ended.SetResult);
        link.Start();
        clock.Advance(TimeSpan.FromSeconds(19.9));
        Assert.False(ended.Task.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(10));
        Exception cause = await ended.Task.WaitAsync(Until.Limit);
        Assert.IsType<TimeoutException>(cause);
        Assert.Contains("20", cause.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_between_messages_and_one_within_are_told_apart_and_told_once()
    {
        byte[] message = AgentWelcome.OfThisMachine(null).ToMessage();
        foreach (int length in new[] { 0, 1, message.Length - 1, message.Length })
        {
            using SocketPair pair = SocketPair.Open();
            int ends = 0;
            var ended = new TaskCompletionSource<Exception>();
            using var link = new AgentLink(pair.Near, pair.Near, TimeProvider.System, static _ => { }, cause =>
            {
                _ = Interlocked.Increment(ref ends);
                ended.SetResult(cause);
            });
            link.Start();
            await pair.Far.WriteAsync(message.AsMemory(0, length));
            pair.Far.Dispose();
            Exception cause = await ended.Task.WaitAsync(Until.Limit);
            Assert.Equal(length == 0 || length == message.Length ? typeof(AgentEndException) : typeof(ProtocolException), cause.GetType());
            link.Break(new InvalidOperationException("later"));
            Assert.Equal(1, Volatile.Read(ref ends));
        }
    }

    [Fact]
    public async Task What_a_handler_throws_ends_the_link_with_it()
    {
        using SocketPair pair = SocketPair.Open();
        var ended = new TaskCompletionSource<Exception>();
        using var link = new AgentLink(pair.Near, pair.Near, TimeProvider.System, static _ => throw new ProtocolException("not allowed"), ended.SetResult);
        link.Start();
        await pair.Far.WriteAsync(AgentWelcome.OfThisMachine(null).ToMessage());
        Assert.Equal("not allowed", (await ended.Task.WaitAsync(Until.Limit)).Message);
    }
}
