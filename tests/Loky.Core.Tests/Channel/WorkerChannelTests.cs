using System.Net.Sockets;
using Loky.Channel;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Channel;

[Collection(UsesWorkers.Name)]
public sealed class WorkerChannelTests : IDisposable
{
    private readonly List<IDisposable> _open = [];

    [UnixFact("On Windows workers are connected by pipes, whose frames come in tasks.")]
    public async Task Frames_come_by_a_thread_that_nothing_stands_in_front_of_and_ends_with_the_connection()
    {
        (Socket there, Task<string?> came, Task<Exception?> closed) = Open();
        _ = there.Send(FrameBytes.Of(FrameType.Ready, 3));
        Assert.Equal(WorkerChannel.ThreadName, await came.WaitAsync(Until.Limit));
        there.Dispose();
        Assert.Null(await closed.WaitAsync(Until.Limit));
    }

    [UnixFact("On Windows workers are connected by pipes, whose frames come in tasks.")]
    public async Task Beyond_as_many_channels_as_have_threads_they_come_too()
    {
        var all = Enumerable.Range(0, WorkerChannel.MaxThreads + 8).Select(_ => Open()).ToList();
        foreach ((Socket there, _, _) in all)
        {
            _ = there.Send(FrameBytes.Of(FrameType.Ready, 3));
        }

        string?[] names = await Task.WhenAll(all.Select(static one => one.Came)).WaitAsync(Until.Limit);
        Assert.Contains(names, static name => name != WorkerChannel.ThreadName);
        Assert.Contains(WorkerChannel.ThreadName, names);

        // Threads come back: as many channels as before have some again.
        foreach ((Socket there, _, _) in all)
        {
            there.Dispose();
        }

        _ = await Task.WhenAll(all.Select(static one => one.Closed)).WaitAsync(Until.Limit);
        (Socket again, Task<string?> came, _) = Open();
        _ = again.Send(FrameBytes.Of(FrameType.Ready, 3));
        Assert.Equal(WorkerChannel.ThreadName, await came.WaitAsync(Until.Limit));
    }

    [UnixFact("On Windows workers are connected by pipes, whose frames come in tasks.")]
    public async Task A_channel_whose_thread_waits_ends_at_once_when_it_is_ended_or_disposed()
    {
        (_, _, Task<Exception?> ended) = Open(out WorkerChannel channel);
        channel.End();
        Assert.Null(await ended.WaitAsync(Until.Limit));
        (_, _, Task<Exception?> disposed) = Open(out channel);
        channel.Dispose();
        Assert.Null(await disposed.WaitAsync(Until.Limit));
    }

    public void Dispose() => _open.ForEach(static one => one.Dispose());

    private (Socket There, Task<string?> Came, Task<Exception?> Closed) Open() => Open(out _);

    private (Socket There, Task<string?> Came, Task<Exception?> Closed) Open(out WorkerChannel channel)
    {
        (Socket here, Socket there) = SocketPair.Connect();
        TaskCompletionSource<string?> came = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<Exception?> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        channel = new WorkerChannel(
            new SocketTransport(here),
            new FrameReader(),
            frame =>
            {
                frame.Dispose();
                came.SetResult(Thread.CurrentThread.Name);
            },
            closed.SetResult);
        channel.Start();
        _open.Add(channel);
        _open.Add(there);
        return (there, came.Task, closed.Task);
    }
}
