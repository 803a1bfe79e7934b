using System.Buffers.Binary;
using Loky.Channel;
using Loky.Remote;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Remote;

/// <summary>The order in which what waits for a link is sent: by turns, and by credit.</summary>
public sealed class SendQueueTests
{
    [Fact]
    public void A_stream_with_much_to_send_keeps_others_waiting_for_no_more_than_a_piece()
    {
        var queue = new SendQueue();
        _ = queue.Open(2);
        _ = queue.Open(3);
        queue.Add(2, FrameOf(10_000_000));
        Assert.Equal((AgentMessageType.Data, 2, AgentMessage.MaxData), Assert.Single(Fill(queue)));
        queue.Add(3, FrameOf(100));
        List<(AgentMessageType Type, int Stream, int Length)> sent = Drain(queue);
        Assert.Contains((AgentMessageType.Data, 3, 100), sent);
        Assert.True(sent.FindIndex(static message => message.Stream == 3) <= 1, string.Join(", ", sent));
    }

    [Fact]
    public void A_stream_whose_other_side_takes_nothing_stops_at_its_window_and_stalls_no_other()
    {
        var queue = new SendQueue();
        _ = queue.Open(2);
        _ = queue.Open(3);
        queue.Add(2, FrameOf(3 * AgentMessage.Window));
        for (int i = 0; i < 100; i++)
        {
            queue.Add(3, FrameOf(AgentMessage.Window / 200));
        }

        List<(AgentMessageType Type, int Stream, int Length)> sent = Drain(queue);
        Assert.Equal(AgentMessage.Window, sent.Where(static message => message.Stream == 2).Sum(static message => message.Length));
        Assert.Equal(100, sent.Count(static message => message.Stream == 3));
        Assert.Empty(Fill(queue));

        queue.Grant(2, 1000);
        Assert.Equal([(AgentMessageType.Data, 2, 1000)], Drain(queue));
    }

    [Fact]
    public void Messages_go_before_data_and_those_of_a_stream_s_end_behind_it()
    {
        var queue = new SendQueue();
        _ = queue.Open(2);
        queue.Add(2, FrameOf(10));
        queue.AddBehind(2, AgentMessageWriter.Make(AgentMessageType.Closed, 2));
        queue.AddLast(2, AgentMessageWriter.Make(AgentMessageType.Ended, 2));
        queue.Add(AgentMessageWriter.Make(AgentMessageType.Heartbeat, 0));
        Assert.Equal(
            [AgentMessageType.Heartbeat, AgentMessageType.Data, AgentMessageType.Closed, AgentMessageType.Ended],
            Drain(queue).Select(static message => message.Type));

        // And then it is no more.
        bool dropped = false;
        queue.Add(2, FrameOf(10, () => dropped = true));
        Assert.True(dropped);
        Assert.Empty(Drain(queue));
    }

    [Fact]
    public void The_end_of_a_stream_without_credit_waits_for_its_data()
    {
        var queue = new SendQueue();
        _ = queue.Open(2);
        queue.Add(2, FrameOf(AgentMessage.Window + 1));
        queue.AddLast(2, AgentMessageWriter.Make(AgentMessageType.Ended, 2));
        Assert.DoesNotContain(Drain(queue), static message => message.Type == AgentMessageType.Ended);
        queue.Grant(2, 1);
        Assert.Equal([AgentMessageType.Data, AgentMessageType.Ended], Drain(queue).Select(static message => message.Type));
    }

    [Fact]
    public void Nothing_is_said_of_a_stream_behind_its_end()
    {
        var queue = new SendQueue();
        _ = queue.Open(2);
        queue.AddBefore(2, AgentMessageWriter.Make(AgentMessageType.Ledger, 2));
        queue.AddLast(2, AgentMessageWriter.Make(AgentMessageType.Ended, 2));
        queue.AddBefore(2, AgentMessageWriter.Make(AgentMessageType.Credit, 2, 1));
        Assert.Equal([AgentMessageType.Ledger, AgentMessageType.Ended], Drain(queue).Select(static message => message.Type));
        queue.AddBefore(2, AgentMessageWriter.Make(AgentMessageType.Kept, 2));
        Assert.Empty(Drain(queue));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(11)]
    [InlineData(long.MaxValue)]
    public void Credit_for_what_was_never_sent_is_refused(long bytes)
    {
        var queue = new SendQueue();
        _ = queue.Open(2);
        queue.Add(2, FrameOf(10));
        _ = Drain(queue);
        _ = Assert.Throws<ProtocolException>(() => queue.Grant(2, bytes));
        queue.Grant(2, 10);
    }

    [Fact]
    public void Every_frame_is_released_once_sent_or_dropped()
    {
        var queue = new SendQueue();
        SendStream stream = queue.Open(2);
        int released = 0;
        for (int i = 0; i < 10; i++)
        {
            queue.Add(2, FrameOf(AgentMessage.Window / 4, () => released++));
        }

        _ = Drain(queue);
        Assert.Equal(4, released);
        Assert.Equal(4, stream.FramesSent);
        queue.Close();
        Assert.Equal(10, released);
        Assert.Equal(4, stream.FramesSent);
    }

    private static OutgoingFrame FrameOf(int length, Action? release = null)
    {
        var head = new PooledBuffer(16);
        head.Advance(Math.Min(length, 5));
        return new OutgoingFrame(head, new byte[Math.Max(0, length - 5)], release);
    }

    private static List<(AgentMessageType Type, int Stream, int Length)> Drain(SendQueue queue)
    {
        List<(AgentMessageType Type, int Stream, int Length)> all = [];
        while (Fill(queue) is { Count: > 0 } some)
        {
            all.AddRange(some);
        }

        return all;
    }

    private static List<(AgentMessageType Type, int Stream, int Length)> Fill(SendQueue queue)
    {
        using var buffer = new PooledBuffer();
        List<(AgentMessageType Type, int Stream, int Length)> messages = [];
        if (queue.Fill(buffer))
        {
            for (int at = 0; at < buffer.Length;)
            {
                ReadOnlySpan<byte> header = buffer.WrittenSpan[at..];
                int length = BinaryPrimitives.ReadInt32LittleEndian(header);
                messages.Add(((AgentMessageType)header[4], BinaryPrimitives.ReadInt32LittleEndian(header[5..]), length));
                at += AgentMessage.HeaderSize + length;
            }
        }

        return messages;
    }
}
