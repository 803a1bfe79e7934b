using Loky.Channel;
using Loky.Execution;
using Loky.Remote;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Remote;

/// <summary>Shared values cross a link once for its host: what each worker gets stays the same, in the same order.</summary>
public sealed class HostValueTests
{
    private const int Small = 20_000;

    // For three values of the size that most tests have.
    private const int Capacity = (3 * Small) + 1000;

    [Fact]
    public void A_value_stands_in_front_of_what_needs_it_in_the_stream_of_each_worker()
    {
        var link = new ModelledLink();
        SharedValue value = Value(1, 3 * AgentMessage.Window);
        byte[] group = FrameOf(FrameType.GroupStart, 100);
        byte[] expected = [.. BytesOf(value.ToFrame()), .. group];
        SendStream[] streams = [link.Open(2), link.Open(3), link.Open(4)];
        for (int worker = 2; worker <= 4; worker++)
        {
            link.Queue.Add(worker, value.ToFrame());
            link.Queue.Add(worker, Outgoing(group));
        }

        Assert.True(link.Step());
        Assert.All(streams, static stream => Assert.Equal(0, stream.FramesSent));
        link.Drain();
        Assert.Equal(3, link.Given);
        for (int worker = 2; worker <= 4; worker++)
        {
            Assert.Equal(expected, link.BytesOf(worker));
            Assert.Equal(2, streams[worker - 2].FramesSent);
        }
    }

    [Fact]
    public void A_stream_that_needs_no_value_waits_for_no_more_than_a_piece_of_one()
    {
        var link = new ModelledLink();
        _ = link.Open(2);
        _ = link.Open(3);
        link.Queue.Add(2, Value(1, 20_000_000).ToFrame());
        Assert.True(link.Step());
        link.Queue.Add(3, Outgoing(FrameOf(FrameType.Batch, 100)));
        link.Drain();
        Assert.InRange(link.Pieces.FindIndex(static piece => piece.Stream == 3), 0, 2);
    }

    [Fact]
    public void A_value_that_its_worker_has_yet_to_take_costs_the_stream_no_credit()
    {
        var link = new ModelledLink();
        _ = link.Open(2);
        SharedValue value = Value(1, 3 * AgentMessage.Window);
        link.Queue.Add(2, value.ToFrame());
        link.Drain();
        Assert.Equal(1, link.Untaken);
        link.Queue.Add(2, Outgoing(FrameOf(FrameType.Batch, AgentMessage.Window - 5)));
        link.Drain();
        Assert.Equal(BytesOf(value.ToFrame()).Length + AgentMessage.Window, link.BytesOf(2).Length);
        _ = Assert.Throws<ProtocolException>(() => link.Queue.Grant(2, 1));
    }

    [Fact]
    public void What_was_used_longest_ago_is_dropped_and_sent_again()
    {
        var link = new ModelledLink(Capacity);
        _ = link.Open(2);
        foreach (int value in new[] { 0, 1, 2, 0, 3 })
        {
            _ = Send(link, 2, value);
        }

        // Three have room: 1 gave way to 3, as 0 was used again; then 2 gives way to 1.
        Assert.InRange(Send(link, 2, 0), 1, 200);
        Assert.InRange(Send(link, 2, 1), Small, Small + 500);
        Assert.InRange(Send(link, 2, 0), 1, 200);
        Assert.InRange(Send(link, 2, 2), Small, Small + 500);
    }

    [Fact]
    public void What_a_worker_has_not_taken_is_not_dropped_and_nobody_waits_for_room()
    {
        var link = new ModelledLink(Capacity);
        _ = link.Open(2);
        _ = link.Open(3);
        for (int value = 0; value < 3; value++)
        {
            link.Queue.Add(2, Value(value, Small).ToFrame());
        }

        link.Drain();
        Assert.Equal(3, link.Untaken);
        Assert.InRange(Send(link, 3, 3, take: false), Small, Small + 500);
        Assert.Equal(3, link.Given);
        Assert.Equal(BytesOf(Value(3, Small).ToFrame()), link.BytesOf(3));

        // With the first one taken there is room for one.
        link.Take(1);
        Assert.InRange(Send(link, 3, 4, take: false), Small, Small + 500);
        Assert.Equal(4, link.Given);
        Assert.InRange(Send(link, 3, 4, take: false), 1, 200);
    }

    [Fact]
    public void A_worker_that_ends_leaves_the_room_of_what_it_has_not_taken()
    {
        var link = new ModelledLink(Capacity);
        _ = link.Open(2);
        _ = link.Open(3);
        for (int value = 0; value < 3; value++)
        {
            link.Queue.Add(2, Value(value, Small).ToFrame());
        }

        link.Drain();
        link.Queue.Close(2);
        _ = Send(link, 3, 3, take: false);
        Assert.Equal(4, link.Given);

        // What it had is given back later, of which nobody hears any more.
        link.Take();
        Assert.InRange(Send(link, 3, 3), 1, 200);
    }

    [Fact]
    public void A_value_on_its_way_for_a_worker_that_ends_comes_to_the_others()
    {
        var link = new ModelledLink();
        SharedValue value = Value(1, 1_000_000);
        for (int worker = 2; worker <= 4; worker++)
        {
            _ = link.Open(worker);
            link.Queue.Add(worker, value.ToFrame());
        }

        Assert.True(link.Step());
        link.Queue.Close(2);
        link.Queue.Close(4);
        link.Drain();
        Assert.Equal(1, link.Given);
        Assert.Equal(BytesOf(value.ToFrame()), link.BytesOf(3));
        Assert.InRange(link.Crossed, 1_000_000, 1_001_000);
    }

    [Fact]
    public void Every_frame_is_released_when_the_session_ends_in_the_middle_of_a_value()
    {
        var link = new ModelledLink();
        int released = 0;
        for (int worker = 2; worker <= 4; worker++)
        {
            _ = link.Open(worker);
            byte[] bytes = BytesOf(Value(1, 1_000_000).ToFrame());
            link.Queue.Add(worker, new OutgoingFrame(new PooledBuffer(16), bytes, () => released++) { Key = "1" });
            link.Queue.Add(worker, new OutgoingFrame(new PooledBuffer(16), new byte[10], () => released++));
        }

        Assert.True(link.Step());
        link.Queue.Close();
        Assert.False(link.Step());
        Assert.Equal(6, released);
        Assert.Equal(0, link.Given);
    }

    [Fact]
    public void A_value_larger_than_all_that_is_held_is_sent_to_each_worker()
    {
        var link = new ModelledLink(Capacity);
        _ = link.Open(2);
        SharedValue value = Value(1, Capacity);
        link.Queue.Add(2, value.ToFrame());
        link.Drain();
        Assert.Equal(0, link.Given);
        Assert.Equal(BytesOf(value.ToFrame()), link.BytesOf(2));
    }

    [Fact]
    public void The_largest_shared_value_has_room()
    {
        Assert.InRange(BytesOf(Value(1, (int)SharedValueList.Capacity).ToFrame()).Length, 0, HostValues.Capacity);
    }

    [Fact]
    public void Whatever_comes_in_between_each_worker_gets_its_frames_as_they_were_queued()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var link = new ModelledLink(Capacity);
            var expected = new Dictionary<int, List<byte>>();
            for (int worker = 2; worker < 7; worker++)
            {
                _ = link.Open(worker);
                expected.Add(worker, []);
            }

            for (int i = 0; i < 80; i++)
            {
                int worker = random.Next(2, 7);
                switch (random.Next(6))
                {
                    case 0 or 1:
                        int content = random.Next(6);
                        SharedValue value = Value(content, SharedValue.MinSize + (500 * content));
                        expected[worker].AddRange(BytesOf(value.ToFrame()));
                        link.Queue.Add(worker, value.ToFrame());
                        break;
                    case 2:
                        byte[] batch = FrameOf(FrameType.Batch, random.Next(1, 200_000));
                        expected[worker].AddRange(batch);
                        link.Queue.Add(worker, Outgoing(batch));
                        break;
                    case 3:
                        _ = link.Step();
                        break;
                    case 4:
                        link.Take(random.Next(3));
                        break;
                    default:
                        link.Drain();
                        break;
                }
            }

            link.Drain();
            foreach ((int worker, List<byte> bytes) in expected)
            {
                Assert.True(bytes.SequenceEqual(link.BytesOf(worker)), $"Seed {seed}, worker {worker}.");
            }
        }
    }

    [Fact]
    public void A_value_that_was_not_given_cannot_be_taken()
    {
        var link = new ModelledLink();
        _ = link.Open(2);
        _ = Assert.Throws<ProtocolException>(() => link.Queue.NoteTaken(2));
        _ = Send(link, 2, 1);
        _ = Assert.Throws<ProtocolException>(() => link.Queue.NoteTaken(2));
    }

    /// <summary>Sends a value to a worker, and returns how many bytes crossed for it.</summary>
    private static long Send(ModelledLink link, int worker, int value, bool take = true)
    {
        long before = link.Crossed;
        link.Queue.Add(worker, Value(value, Small).ToFrame());
        link.Drain();
        if (take)
        {
            link.Take();
        }

        return link.Crossed - before;
    }

    private static SharedValue Value(int content, int size)
    {
        byte[] bytes = new byte[size];
        new Random(content).NextBytes(bytes);
        return SharedValue.Of(bytes);
    }

    private static byte[] FrameOf(FrameType type, int length)
    {
        using var buffer = new PooledBuffer();
        int start = FrameWriter.Begin(buffer, type);
        new WireWriter(buffer).WriteRaw(new byte[length]);
        FrameWriter.End(buffer, start);
        return buffer.WrittenSpan.ToArray();
    }

    private static OutgoingFrame Outgoing(byte[] bytes) => new(new PooledBuffer(16), bytes);

    private static byte[] BytesOf(OutgoingFrame frame)
    {
        byte[] bytes = [.. frame.Head.Span, .. frame.Body.Span];
        frame.Release();
        return bytes;
    }
}
