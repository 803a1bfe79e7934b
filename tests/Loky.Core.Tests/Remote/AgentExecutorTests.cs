using Loky.Execution;
using Loky.Remote;
using Loky.Scheduling;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Remote;

/// <summary>An executor whose workers are behind node agents, which are real processes with real workers.</summary>
[Collection(UsesWorkers.Name)]
public sealed class AgentExecutorTests
{
    private static readonly List<byte[]> Kept = [];

    [Fact]
    public Task A_thousand_delegates_over_two_hosts_and_this_machine_give_what_they_give_one_after_another() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 5, Hosts = [AgentHosts.Host("one", 2), AgentHosts.Host("two", 2), WorkerHost.ThisMachine(1)] },
        async executor =>
        {
            List<int> results = [];
            await foreach (int result in executor.Map(static item => item * 3, Enumerable.Range(0, 1000)))
            {
                results.Add(result);
            }

            Assert.Equal(Enumerable.Range(0, 1000).Select(static item => item * 3), results);
        },
        seconds: 120);

    [Fact]
    public Task All_hosts_get_work_and_are_named() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 5, Hosts = [AgentHosts.Host("one", 2), AgentHosts.Host("two", 2), WorkerHost.ThisMachine(1)] },
        async executor =>
        {
            string folder = Directory.CreateTempSubdirectory("loky-test-").FullName;
            try
            {
                int[] ids = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => executor.Submit(WorkerTasks.Meet, folder, 5)));
                Assert.Equal(5, ids.Distinct().Count());
                PoolStatus status = executor.Pool.GetStatus();
                Assert.Equal([null, "one", "one", "two", "two"], status.Workers.Select(static worker => worker.HostName).Order());
                Assert.Equal(["one", "two", ":"], status.Hosts.Select(static host => host.Name));
                Assert.All(status.Hosts, static host => Assert.Equal(HostStage.Connected, host.Stage));
                Assert.Equal([2, 2, 1], status.Hosts.Select(static host => host.Workers));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        },
        seconds: 120);

    [LinuxFact]
    public Task A_worker_that_takes_nothing_of_a_large_item_keeps_no_other_of_its_host_waiting() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 2, Hosts = [AgentHosts.Host("far", 2)] },
        async executor =>
        {
            const int stop = 19;
            const int goOn = 18;
            string folder = Directory.CreateTempSubdirectory("loky-test-").FullName;
            try
            {
                int[] workers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => executor.Submit(WorkerTasks.Meet, folder, 2)));
                Processes.Signal(workers[0], stop);
                Task<int>[] large = [.. Enumerable.Range(0, 2).Select(_ => executor.Submit(LengthOf, new byte[100_000_000]))];
                int length = await await Task.WhenAny(large);
                Assert.Equal(100_000_000, length);
                int[] small = await Task.WhenAll(Enumerable.Range(0, 200).Select(item => executor.Submit(WorkerTasks.Same, item)));
                Assert.Equal(Enumerable.Range(0, 200), small);
                _ = Assert.Single(large, static task => !task.IsCompleted);
                Processes.Signal(workers[0], goOn);
                int[] lengths = await Task.WhenAll(large);
                Assert.Equal([100_000_000, 100_000_000], lengths);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        },
        seconds: 180);

    [Fact]
    public Task Workers_of_a_host_have_the_host_s_environment_what_was_asked_for_beyond_it_and_their_depth() => Guard.Run(
        new ExecutorOptions
        {
            MaxWorkers = 1,
            Hosts = [AgentHosts.Marked("far", 1)],
            Environment = new Dictionary<string, string?> { ["LOKY_TEST_ASKED"] = "yes" },
        },
        async executor =>
        {
            Assert.Equal("yes", await executor.Submit(static name => Environment.GetEnvironmentVariable(name), "LOKY_TEST_ASKED"));
            Assert.Equal("far", await executor.Submit(static name => Environment.GetEnvironmentVariable(name), AgentHosts.Mark));
            Assert.Equal(1, await executor.Submit(WorkerTasks.Nest, 0));
            Assert.Equal(2, await executor.Submit(WorkerTasks.Nest, 1));
        },
        seconds: 120);

    [Fact]
    public Task A_large_result_comes_back_whole() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 1, Hosts = [AgentHosts.Host("far", 1)] },
        async executor => Assert.Equal(30_000_000, (await executor.Submit(Bytes, 30_000_000)).Count(static one => one == 7)),
        seconds: 120);

    [Fact]
    public Task A_task_that_is_cancelled_on_a_host_stops_there_and_leaves_the_worker() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 1, Hosts = [AgentHosts.Host("far", 1)] },
        async executor =>
        {
            int worker = await executor.Submit(WorkerTasks.ProcessId);
            using var cancel = new CancellationTokenSource();
            Task<int> task = executor.Submit(WorkerTasks.WaitForStop, cancel.Token);
            await Until.True(() => executor.Pool.GetStatus().Workers.Any(static worker => worker.TasksRunning > 0), "the task runs");
            await cancel.CancelAsync();
            _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
            Assert.Equal(worker, await executor.Submit(WorkerTasks.ProcessId));
        },
        seconds: 120);

    [Fact]
    public Task A_worker_above_its_memory_is_replaced_on_its_host_too() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 1, MaxWorkerMemory = 200 << 20, Hosts = [AgentHosts.Host("far", 1)] },
        async executor =>
        {
            var group = new CountingGroup(Keep, 40, new TaskGroupOptions { BatchSize = 7 }).RunOn(executor.Pool);
            await group.Completed;
            Assert.Empty(group.NotOnce);
            Assert.Equal(40, group.Succeeded);
            _ = Assert.Single(group.Warnings);
            Assert.Contains(executor.Pool.GetStatus().Workers, static worker => worker.Number > 1 && worker.HostName == "far");
        },
        seconds: 120);

    private static int Keep(int item)
    {
        byte[] block = Bytes(10 << 20);
        Kept.Add(block);
        return item;
    }

    private static int LengthOf(byte[] bytes) => bytes.Length;

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        Array.Fill(bytes, (byte)7);
        return bytes;
    }
}
