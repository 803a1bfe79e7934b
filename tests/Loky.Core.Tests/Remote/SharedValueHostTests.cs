using Loky.Execution;
using Loky.Launch;
using Loky.Remote;
using Loky.Scheduling;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Remote;

/// <summary>Shared values on the link to a host with real workers: sent once, and again over a new connection.</summary>
[Collection(UsesWorkers.Name)]
public sealed class SharedValueHostTests : IDisposable
{
    private const int Large = 4 << 20;
    private const int Workers = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("loky-test-").FullName;

    private Action _cut = static () => { };
    private long _crossed;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_value_crosses_the_link_once_for_all_workers_of_a_host()
    {
        var host = new ScriptedHost("far", Workers, stream => PassOn(stream, long.MaxValue));
        await RunAsync(host, async pool =>
        {
            // Each worker has one item, because none ends before all have begun.
            CountingGroup group = new CountingGroup(Meet(_folder, Workers), Workers, new TaskGroupOptions { BatchSize = 1 }) { Shared = [Value(1)] }.RunOn(pool);
            await group.Completed.WaitAsync(Until.Limit);
            Assert.Equal((Workers, 0), (group.Succeeded, group.Lost));
            Assert.InRange(Interlocked.Read(ref _crossed), Large, Large + (Large / 4));

            group = new CountingGroup(WorkerTasks.Same, 100) { Shared = [Value(1), Value(2)] }.RunOn(pool);
            await group.Completed.WaitAsync(Until.Limit);
            Assert.Equal((100, 0), (group.Succeeded, group.Lost));
            Assert.InRange(Interlocked.Read(ref _crossed), 2 * Large, (2 * Large) + (Large / 4));
        });
    }

    [Fact]
    public async Task A_connection_that_ends_in_the_middle_of_a_value_loses_nothing_and_the_next_begins_without_any()
    {
        int connections = 0;
        // Two workers: after the third that dies before it has started an item, that would be blamed.
        var host = new ScriptedHost("far", 2, stream => PassOn(stream, Interlocked.Increment(ref connections) == 2 ? 3 * Large / 2 : long.MaxValue));
        await RunAsync(host, async pool =>
        {
            CountingGroup group = new CountingGroup(WorkerTasks.Same, 20) { Shared = [Value(1)] }.RunOn(pool);
            await group.Completed.WaitAsync(Until.Limit);
            Assert.Equal((20, 0), (group.Succeeded, group.Lost));
            int[] first = [.. pool.GetStatus().Workers.Select(static worker => worker.ProcessId)];
            _cut();
            await Until.True(() => !pool.GetStatus().Workers.Any(worker => first.Contains(worker.ProcessId)), "the workers of the first connection are lost");

            // Over the second one a value comes whole, and of the other one half; no item can have started before it is there.
            group = new CountingGroup(WorkerTasks.Same, 20) { Shared = [Value(1), Value(2)] }.RunOn(pool);
            await group.Completed.WaitAsync(TimeSpan.FromSeconds(120));
            Assert.Empty(group.NotOnce);
            Assert.Equal((20, 0), (group.Succeeded, group.Lost));
            Assert.Equal(3, Volatile.Read(ref connections));
            Assert.InRange(Interlocked.Read(ref _crossed), (Large * 9 / 2) - (Large / 4), (Large * 9 / 2) + (Large / 2));
        });
    }

    private static SharedValue Value(int content)
    {
        byte[] bytes = new byte[Large];
        bytes[0] = (byte)content;
        return SharedValue.Of(bytes);
    }

    private static Func<int, int> Meet(string folder, int count) => item =>
    {
        File.WriteAllText(Path.Combine(folder, $"{item}"), string.Empty);
        while (Directory.GetFiles(folder).Length < count)
        {
            Thread.Sleep(5);
        }

        return item;
    };

    private static async Task RunAsync(ScriptedHost host, Func<WorkerPool, Task> test)
    {
        var pool = new WorkerPool(PoolOptions.Of(new ExecutorOptions { Hosts = [host.Host], MaxWorkers = Workers }, DotNetHost.CreateCommand()));
        try
        {
            await test(pool);
        }
        finally
        {
            pool.Shutdown(kill: true);
            await pool.Stopped.WaitAsync(Until.Limit);
        }
    }

    /// <summary>Runs a node agent, and counts the bytes that come to it, until they are so many.</summary>
    private async Task PassOn(Stream stream, long most)
    {
        using SocketPair inner = SocketPair.Open();
        _cut = stream.Dispose;
        Task<Exception?> agent = Task.Factory.StartNew(
            () => AgentProcess.Run(inner.Far, inner.Far, DotNetHost.CreateCommand()), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task back = inner.Near.CopyToAsync(stream);
        try
        {
            byte[] buffer = new byte[64 * 1024];
            long left = most;
            while (left > 0 && await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length))) is > 0 and int count)
            {
                _ = Interlocked.Add(ref _crossed, count);
                left -= count;
                await inner.Near.WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It was cut.
        }

        stream.Dispose();
        inner.Near.Dispose();
        _ = await agent;
        await back.ContinueWith(static _ => { }, TaskScheduler.Default);
    }
}
