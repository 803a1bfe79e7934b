using System.Runtime.InteropServices;
using Loky.Channel;
using Loky.Execution;
using Loky.Remote;
using Loky.Tests.Support;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Remote;

/// <summary>What a node agent is told of shared values, cut and broken in all ways.</summary>
public sealed class AgentStoreTests
{
    private const int Capacity = 100_000;

    private readonly AgentStore _store = new(static _ => { }, Capacity);

    [Fact]
    public void A_value_is_given_as_its_frame_came_wherever_that_was_cut()
    {
        byte[] frame = Keep("key", 300);
        for (int cut = 0; cut <= frame.Length; cut++)
        {
            var store = new AgentStore(static _ => { }, Capacity);
            store.Receive(frame.AsSpan(0, cut));
            if (cut < frame.Length)
            {
                _ = Assert.Throws<ProtocolException>(() => store.Use(Named("key")));
            }

            store.Receive(frame.AsSpan(cut));
            Assert.Equal(frame, Given(store, "key"));
        }
    }

    [Fact]
    public void A_value_that_is_dropped_stays_for_those_who_have_it()
    {
        byte[] frame = Keep("key", 300);
        _store.Receive(frame);
        OutgoingFrame given = _store.Use(Named("key")).ToFrame(static () => { });
        _store.Receive(Drop("key"));
        _ = Assert.Throws<ProtocolException>(() => _store.Use(Named("key")));
        _store.Receive(Keep("other", 300));
        Assert.Equal(frame, (byte[])[.. given.Head.Span, .. given.Body.Span]);
        given.Release();
    }

    [LinuxFact]
    public void A_large_value_is_held_in_memory_that_workers_share()
    {
        var store = new AgentStore(static _ => { });
        byte[] keep = Keep("key", SharedMemory.MinSize);
        store.Receive(keep);
        int taken = 0;
        OutgoingFrame[] frames = [.. Enumerable.Range(0, 2).Select(_ => store.Use(Named("key")).ToFrame(() => taken++))];
        store.Receive(Drop("key"));
        foreach (OutgoingFrame frame in frames)
        {
            Assert.Equal("key", frame.Key);
            Assert.True(MemoryMarshal.TryGetMemoryManager(frame.Body, out SharedMemory? _));
            Assert.Equal(keep, (byte[])[.. frame.Head.Span, .. frame.Body.Span]);
            frame.Release();
        }

        Assert.Equal(2, taken);
    }

    [Fact]
    public void Credit_is_given_for_all_bytes_that_came()
    {
        long given = 0;
        var store = new AgentStore(credit => given += credit);
        long sent = 0;
        for (int i = 0; sent < 3 * AgentMessage.Window; i++)
        {
            byte[] frame = Keep($"{i}", 100_000);
            sent += frame.Length;
            store.Receive(frame);
            Assert.InRange(sent - given, 0, AgentMessage.Window / 2);
        }
    }

    [Fact]
    public void More_than_is_held_is_refused_and_what_was_dropped_makes_room()
    {
        _store.Receive(Keep("a", 50_000));
        _store.Receive(Drop("a"));
        _store.Receive(Keep("b", 50_000));
        ProtocolException error = Assert.Throws<ProtocolException>(() => _store.Receive(Keep("c", 50_000)));
        Assert.Contains($"{Capacity}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_beyond_what_is_held_is_refused_before_anything_of_it_has_come()
    {
        byte[] header = Keep("key", Capacity)[..Frame.HeaderSize];
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = Assert.Throws<ProtocolException>(() => _store.Receive(header));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Capacity / 2);
    }

    [Fact]
    public void A_value_that_is_here_may_not_come_again_and_one_that_is_not_may_not_be_dropped()
    {
        _store.Receive(Keep("key", 300));
        Assert.Contains("key", Assert.Throws<ProtocolException>(() => _store.Receive(Keep("key", 300))).Message, StringComparison.Ordinal);
        Assert.Contains("other", Assert.Throws<ProtocolException>(() => _store.Receive(Drop("other"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((byte)FrameType.GroupStart)]
    [InlineData((byte)FrameType.Hello)]
    [InlineData((byte)0)]
    [InlineData((byte)255)]
    public void Frames_of_other_types_are_refused(byte type)
    {
        byte[] frame = Drop("key");
        frame[4] = type;
        _ = Assert.Throws<ProtocolException>(() => _store.Receive(frame));
    }

    [Fact]
    public void A_frame_whose_payload_is_cut_or_goes_on_is_refused()
    {
        byte[] whole = Keep("key", 300);
        for (int length = 0; length < whole.Length - Frame.HeaderSize; length++)
        {
            byte[] frame = whole[..(Frame.HeaderSize + length)];
            Assert.True(BitConverter.TryWriteBytes(frame, length));
            _ = Assert.Throws<WireFormatException>(() => new AgentStore(static _ => { }, Capacity).Receive(frame));
        }

        byte[] longer = [.. whole, 0];
        _ = BitConverter.TryWriteBytes(longer, longer.Length - Frame.HeaderSize);
        _ = Assert.Throws<WireFormatException>(() => _store.Receive(longer));
    }

    [Fact]
    public void A_message_that_is_cut_or_goes_on_names_no_value()
    {
        _store.Receive(Keep("key", 300));
        byte[] message = Named("key");
        for (int length = 0; length < message.Length; length++)
        {
            _ = Assert.Throws<WireFormatException>(() => _store.Use(message.AsMemory(0, length)));
        }

        _ = Assert.Throws<WireFormatException>(() => _store.Use((byte[])[.. message, 0]));
    }

    [Fact]
    public void Random_bytes_are_refused_or_wait_for_more()
    {
        int refused = 0;
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = Keep("key", random.Next(0, 300));
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                new AgentStore(static _ => { }, Capacity).Receive(bytes);
            }
            catch (Exception exception) when (exception is ProtocolException or WireFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 1999);
    }

    private static byte[] Given(AgentStore store, string key)
    {
        HeldFrame held = store.Use(Named(key));
        OutgoingFrame frame = held.ToFrame(static () => { });
        byte[] bytes = [.. frame.Head.Span, .. frame.Body.Span];
        frame.Release();
        return bytes;
    }

    private static byte[] Named(string key)
    {
        using var buffer = new PooledBuffer();
        new WireWriter(buffer).Write(key);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Keep(string key, int size)
    {
        OutgoingFrame frame = new SharedValue(key, new byte[size]).ToFrame();
        byte[] bytes = [.. frame.Head.Span, .. frame.Body.Span];
        frame.Release();
        return bytes;
    }

    private static byte[] Drop(string key)
    {
        using var buffer = new PooledBuffer();
        int start = FrameWriter.Begin(buffer, FrameType.Drop);
        new WireWriter(buffer).Write(key);
        FrameWriter.End(buffer, start);
        return buffer.WrittenSpan.ToArray();
    }
}
