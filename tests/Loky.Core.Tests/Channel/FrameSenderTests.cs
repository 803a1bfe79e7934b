using System.Buffers;
using System.Net.Sockets;
using Loky.Channel;
using Loky.Wire;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Channel;

public sealed class FrameSenderTests : IDisposable
{
    private readonly Socket _here;
    private readonly Socket _there;
    private readonly List<Exception> _errors = [];
    private readonly FrameSender _sender;

    public FrameSenderTests()
    {
        (_here, _there) = SocketPair.Connect();
        _sender = new FrameSender(new SocketTransport(_here), _errors.Add);
    }

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
    }

    [Fact]
    public async Task Frames_of_many_threads_arrive_whole_and_in_the_order_they_were_queued()
    {
        const int threads = 8;
        const int each = 500;
        object gate = new();
        int number = 0;
        Task<List<int>> received = Task.Run(() => Receive(threads * each));
        await Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < each; i++)
            {
                lock (gate)
                {
                    _sender.Enqueue(Numbered(number++, new byte[number % 3000]));
                }

                _sender.Pump();
            }
        })));
        Assert.Equal(Enumerable.Range(0, threads * each), await received.WaitAsync(Until.Limit));
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_blocks_nobody()
    {
        int released = 0;
        byte[] body = new byte[8 << 20];
        _sender.Enqueue(Numbered(1, body, () => Interlocked.Increment(ref released)));

        // Returns, though the peer takes nothing: the test would end here otherwise.
        await Task.Run(_sender.Pump).WaitAsync(Until.Limit);
        Assert.Equal(0, Volatile.Read(ref released));
        Assert.Equal([1], await Task.Run(() => Receive(1)).WaitAsync(Until.Limit));
        await Until.True(() => Volatile.Read(ref released) == 1, "the memory of a frame that was sent is given back");
    }

    [Fact]
    public void What_is_queued_is_not_sent_before_it_is_pumped()
    {
        _sender.Enqueue(Numbered(1, []));
        Assert.Equal(0, _there.Available);
        _sender.Pump();
        Assert.Equal([1], Receive(1));
    }

    [Fact]
    public void Closing_gives_back_what_waits_and_what_comes_later()
    {
        int released = 0;
        _sender.Enqueue(Numbered(1, [], () => released++));
        _sender.Enqueue(Numbered(2, [], () => released++));
        _sender.Close();
        Assert.Equal(2, released);
        _sender.Enqueue(Numbered(3, [], () => released++));
        Assert.Equal(3, released);
        _sender.Pump();
        Assert.Equal(0, _there.Available);
    }

    [Fact]
    public async Task A_peer_that_went_away_is_told_once_and_everything_is_given_back()
    {
        _there.Dispose();
        int released = 0;
        for (int i = 0; i < 10; i++)
        {
            _sender.Enqueue(Numbered(i, new byte[1 << 20], () => Interlocked.Increment(ref released)));
        }

        _sender.Pump();
        await Until.True(() => Volatile.Read(ref released) == 10, "all frames are given back");
        _sender.Pump();
        await Until.True(() => _errors.Count == 1, "the error was told");
        _ = Assert.IsType<SocketException>(_errors[0]);
    }

    [Fact]
    public async Task An_error_that_is_none_of_the_socket_is_told_too_and_everything_is_given_back()
    {
        int released = 0;
        using var unreadable = new Unreadable();
        var head = new PooledBuffer();
        FrameWriter.WriteEmpty(head, FrameType.Shutdown);
        _sender.Enqueue(new OutgoingFrame(head, unreadable.Memory, () => Interlocked.Increment(ref released)));
        _sender.Enqueue(Numbered(2, [], () => Interlocked.Increment(ref released)));
        _sender.Pump();
        await Until.True(() => Volatile.Read(ref released) == 2, "all frames are given back");
        await Until.True(() => _errors.Count == 1, "the error was told");
        _ = Assert.IsType<NotSupportedException>(_errors[0]);
        _sender.Enqueue(Numbered(3, [], () => Interlocked.Increment(ref released)));
        Assert.Equal(3, released);
    }

    [Fact]
    public async Task A_channel_that_cannot_send_ends_with_the_reason()
    {
        using var unreadable = new Unreadable();
        var closed = new TaskCompletionSource<Exception?>();
        using var channel = new WorkerChannel(new SocketTransport(_here), new FrameReader(), static frame => frame.Dispose(), closed.SetResult);
        channel.Start();
        var head = new PooledBuffer();
        FrameWriter.WriteEmpty(head, FrameType.Shutdown);
        channel.Enqueue(new OutgoingFrame(head, unreadable.Memory));
        channel.Pump();
        _ = Assert.IsType<NotSupportedException>(await closed.Task.WaitAsync(Until.Limit));
    }

    private static OutgoingFrame Numbered(int number, byte[] body, Action? release = null)
    {
        var head = new PooledBuffer();
        int start = FrameWriter.Begin(head, FrameType.Batch);
        BitConverter.TryWriteBytes(head.GetSpan(4), number);
        head.Advance(4);
        FrameWriter.End(head, start, body.Length);
        return new OutgoingFrame(head, body, release);
    }

    private List<int> Receive(int count)
    {
        List<int> numbers = [];
        using var reader = new FrameReader();
        while (numbers.Count < count)
        {
            while (reader.TryRead(out Frame frame))
            {
                using (frame)
                {
                    numbers.Add(BitConverter.ToInt32(frame.Payload.Span));
                }
            }

            if (numbers.Count < count)
            {
                reader.Advance(_there.Receive(reader.GetMemory().Span));
            }
        }

        return numbers;
    }

    /// <summary>Memory that cannot be read.</summary>
    private sealed class Unreadable : MemoryManager<byte>
    {
        public override Memory<byte> Memory => CreateMemory(16);

        public override Span<byte> GetSpan() => throw new NotSupportedException();

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
            // Nothing is ever pinned.
        }

        protected override void Dispose(bool disposing)
        {
            // There is nothing.
        }
    }
}
