using System.Security.Cryptography;
using Loky.Channel;
using Loky.Tests.Support;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Channel;

/// <summary>Named pipes carry frames on Windows; .NET has them everywhere.</summary>
public sealed class PipeTransportTests : IDisposable
{
    private readonly string _name = "loky-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    private readonly PipeListener _listener;

    public PipeTransportTests() => _listener = new PipeListener(_name);

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Megabytes_go_both_ways_at_the_same_time()
    {
        (FrameTransport here, FrameTransport there) = await MeetAsync();
        byte[] sent = RandomNumberGenerator.GetBytes(8 << 20);
        Task<byte[]> back = ReadAsync(here, sent.Length);
        Task<byte[]> away = Task.Run(() => Read(there, sent.Length));
        Task sending = Task.Run(() => there.Send(sent));
        for (int start = 0; start < sent.Length;)
        {
            start += await here.SendAsync(sent.AsMemory(start));
        }

        await sending.WaitAsync(Until.Limit);
        Assert.True((await back.WaitAsync(Until.Limit)).AsSpan().SequenceEqual(sent));
        Assert.True((await away.WaitAsync(Until.Limit)).AsSpan().SequenceEqual(sent));
        here.Dispose();
        there.Dispose();
    }

    [Fact]
    public async Task The_end_of_one_side_is_seen_by_the_other_behind_what_was_sent()
    {
        (FrameTransport here, FrameTransport there) = await MeetAsync();
        there.Send([1, 2, 3]);
        there.Dispose();
        Assert.Equal([1, 2, 3], await ReadAsync(here, 3).WaitAsync(Until.Limit));
        Assert.Equal(0, await here.ReceiveAsync(new byte[10]).AsTask().WaitAsync(Until.Limit));
        here.Dispose();
    }

    [Fact]
    public async Task A_channel_on_a_pipe_ends_without_an_error_when_its_worker_goes()
    {
        (FrameTransport here, FrameTransport there) = await MeetAsync();
        var closed = new TaskCompletionSource<Exception?>();
        var frames = new List<FrameType>();
        using var channel = new WorkerChannel(here, new FrameReader(), frame => Take(frame, frames), closed.SetResult);
        channel.Start();
        using var ready = new PooledBuffer();
        FrameWriter.WriteEmpty(ready, FrameType.Ready);
        there.Send(ready.WrittenSpan);
        there.Dispose();
        Assert.Null(await closed.Task.WaitAsync(Until.Limit));
        Assert.Equal([FrameType.Ready], frames);
    }

    [Fact]
    public async Task A_channel_that_is_shut_down_here_ends_too()
    {
        (FrameTransport here, FrameTransport there) = await MeetAsync();
        var closed = new TaskCompletionSource<Exception?>();
        using var channel = new WorkerChannel(here, new FrameReader(), static frame => frame.Dispose(), closed.SetResult);
        channel.Start();
        here.Shutdown();
        Assert.Null(await closed.Task.WaitAsync(Until.Limit));
        there.Dispose();
    }

    [Fact]
    public async Task Who_comes_second_is_taken_too_once_the_first_was_sent_away()
    {
        (FrameTransport first, FrameTransport stranger) = await MeetAsync();
        first.Dispose();
        (FrameTransport second, FrameTransport worker) = await MeetAsync();
        worker.Send([7]);
        Assert.Equal([7], await ReadAsync(second, 1).WaitAsync(Until.Limit));
        stranger.Dispose();
        second.Dispose();
        worker.Dispose();
    }

    [Fact]
    public async Task Nobody_is_waited_for_any_longer_than_asked()
    {
        using var cancel = new CancellationTokenSource();
        Task<FrameTransport> accepting = _listener.AcceptAsync(cancel.Token);
        await cancel.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting.WaitAsync(Until.Limit));
    }

    private static void Take(Frame frame, List<FrameType> types)
    {
        types.Add(frame.Type);
        frame.Dispose();
    }

    private async Task<(FrameTransport Here, FrameTransport There)> MeetAsync()
    {
        Task<FrameTransport> accepting = _listener.AcceptAsync(CancellationToken.None);
        FrameTransport there = await Task.Run(() => PipeMeetingPoint.Connect(_name));
        return (await accepting.WaitAsync(Until.Limit), there);
    }

    private static async Task<byte[]> ReadAsync(FrameTransport transport, int count)
    {
        byte[] bytes = new byte[count];
        for (int filled = 0; filled < count;)
        {
            int received = await transport.ReceiveAsync(bytes.AsMemory(filled));
            Assert.NotEqual(0, received);
            filled += received;
        }

        return bytes;
    }

    private static byte[] Read(FrameTransport transport, int count)
    {
        byte[] bytes = new byte[count];
        for (int filled = 0; filled < count;)
        {
            int received = transport.Receive(bytes.AsMemory(filled));
            Assert.NotEqual(0, received);
            filled += received;
        }

        return bytes;
    }
}
