using System.Diagnostics;
using Loky.Channel;
using Loky.Execution;
using Loky.Scheduling;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>Workers that send what no worker sends: they are ended, with their items told, and nobody else is touched.</summary>
[Collection(UsesWorkers.Name)]
public sealed class BadChannelTests
{
    public static TheoryData<string, byte[]> Garbage => new()
    {
        { "an unknown frame type", [0, 0, 0, 0, 77] },
        { "an oversized length", [255, 255, 255, 255, (byte)FrameType.Records] },
        { "records without a header", [3, 0, 0, 0, (byte)FrameType.Records, 1, 2, 3] },
        { "records of nothing", [RecordsHeader.Size, 0, 0, 0, (byte)FrameType.Records, .. new byte[RecordsHeader.Size]] },
        { "a failure that is none", [1, 0, 0, 0, (byte)FrameType.Failure, 0xC1] },
        { "a first frame once more", [0, 0, 0, 0, (byte)FrameType.Hello] },
        { "a frame for a worker", [0, 0, 0, 0, (byte)FrameType.Shutdown] },
        { "text", "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray() },
    };

    [LinuxTheory]
    [MemberData(nameof(Garbage))]
    public Task Bytes_that_are_no_frame_end_that_worker_with_a_reason(string what, byte[] bytes) => Guard.Run(2, async executor =>
    {
        int[] before = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => executor.Submit(WorkerTasks.SleepThenSame, 100, 0)));
        int[] workers = [.. executor.WorkerProcessIds];
        TerminatedWorkerException error = await Assert.ThrowsAsync<TerminatedWorkerException>(() => executor.Submit(SendGarbage, bytes));
        Assert.Equal("SIGKILL", error.ExitReason);
        Assert.False(error.Message.StartsWith("Worker process", StringComparison.Ordinal), $"{what}: {error.Message}");
        Assert.Equal(Enumerable.Range(0, 50), await Task.WhenAll(Enumerable.Range(0, 50).Select(i => executor.Submit(WorkerTasks.Same, i))));
        Assert.Contains(workers.Single(id => id != error.WorkerProcessId), executor.WorkerProcessIds);
    });

    [LinuxFact]
    public Task A_worker_that_goes_on_after_it_was_given_up_leaves_no_item_without_an_end() => Guard.Run(2, async executor =>
    {
        for (int round = 0; round < 10; round++)
        {
            var group = new CountingGroup(GarbageAt(40 + round), 300, new TaskGroupOptions { BatchSize = 3 }).RunOn(executor.Pool);
            await group.Completed;
            Assert.Empty(group.NotOnce);
            Assert.InRange(group.Lost, 0, 299);
            int seen = round + 1;
            await Until.True(() => executor.Pool.GetStatus().Restarts >= seen, "the worker that wrote garbage is replaced");
        }
    });

    [LinuxFact]
    public Task A_half_written_message_is_not_taken_for_a_result() => Guard.Run(1, async executor =>
    {
        // A frame of a thousand bytes is begun, then its worker dies.
        byte[] half = [232, 3, 0, 0, (byte)FrameType.Records, 1, 2, 3];
        TerminatedWorkerException error = await Assert.ThrowsAsync<TerminatedWorkerException>(() => executor.Submit(SendThenDie, half));
        Assert.Equal("SIGKILL", error.ExitReason);
        Assert.Equal(1, await executor.Submit(WorkerTasks.Same, 1));
    });

    private static Func<int, int> GarbageAt(int at) => item =>
    {
        if (item == at)
        {
            OwnChannel.Write([0, 0, 0, 0, 77]);
        }

        return item;
    };

    private static int SendGarbage(byte[] bytes)
    {
        OwnChannel.Write(bytes);
        Thread.Sleep(TimeSpan.FromSeconds(30));
        return 0;
    }

    private static int SendThenDie(byte[] bytes)
    {
        OwnChannel.Write(bytes);
        Deaths.Die(Death.Kill);
        return 0;
    }
}
