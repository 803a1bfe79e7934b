using Loky.Execution;
using Loky.Remote;
using Loky.Scheduling;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Remote;

/// <summary>Node agents and workers of real hosts that are killed, stopped or left alone: each item ends once, and nothing is left.</summary>
[Collection(UsesWorkers.Name)]
public sealed class LostHostTests : IDisposable
{
    private const int SigStop = 19;

    private readonly string _folder = Directory.CreateTempSubdirectory("loky-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task A_worker_that_dies_on_a_host_takes_one_item_with_it_and_the_error_names_both() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 2, Hosts = [AgentHosts.Host("far", 2)] },
        async executor =>
        {
            TerminatedWorkerException error = await Assert.ThrowsAsync<TerminatedWorkerException>(() => executor.Submit(WorkerTasks.Die, Death.Kill));
            Assert.Equal(("SIGKILL", "far"), (error.ExitReason, error.HostName));
            Assert.Contains("on host 'far'", error.Message, StringComparison.Ordinal);

            var group = new CountingGroup(DieAt(150), 300, new TaskGroupOptions { BatchSize = 7 }).RunOn(executor.Pool);
            await group.Completed;
            Assert.Empty(group.NotOnce);
            Assert.Equal((1, 299), (group.Lost, group.Succeeded));
            Assert.Equal("far", Assert.IsType<TerminatedWorkerException>(group.FirstLoss).HostName);

            error = await Assert.ThrowsAsync<TerminatedWorkerException>(() => executor.Submit(WorkerTasks.Die, Death.FailFast));
            Assert.Contains("gone on purpose", error.StandardError, StringComparison.Ordinal);
        },
        seconds: 120);

    [Fact]
    public Task A_task_that_outlives_its_limit_on_a_host_ends_with_its_worker_alone() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 2, Hosts = [AgentHosts.Host("far", 2)] },
        async executor =>
        {
            int[] warm = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => executor.Submit(WorkerTasks.Meet, _folder, 2)));
            var group = new CountingGroup(StayAt(5), 10, new TaskGroupOptions { BatchSize = 1, TaskTimeout = TimeSpan.FromSeconds(3) }).RunOn(executor.Pool);
            await group.Completed;
            Assert.Empty(group.NotOnce);
            Assert.Equal((1, 9), (group.Lost, group.Succeeded));
            TaskTimeoutException error = Assert.IsType<TaskTimeoutException>(group.FirstLoss);
            Assert.Equal("far", error.HostName);
            Assert.Contains(error.WorkerProcessId, warm);
        },
        seconds: 120);

    [Fact]
    public Task An_agent_that_is_killed_takes_what_its_workers_ran_and_nothing_else_and_leaves_nobody() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 3, Hosts = [AgentHosts.Host("far", 2), WorkerHost.ThisMachine(1)] },
        async executor =>
        {
            string go = Path.Combine(_folder, "go");
            Task<int>[] tasks = await BeginOnAll(executor, go, 3);
            PoolStatus status = executor.Pool.GetStatus();
            int[] far = [.. status.Workers.Where(static worker => worker.HostName == "far").Select(static worker => worker.ProcessId)];
            int agent = status.Hosts[0].Facts!.ProcessId;
            Assert.Equal(2, far.Length);

            Processes.Signal(agent, Processes.SigKill);
            await Processes.Gone([agent, .. far]);
            File.WriteAllText(go, string.Empty);
            Exception?[] ends = await Task.WhenAll(tasks.Select(EndOf));
            Assert.Single(ends, static end => end is null);
            TerminatedWorkerException[] lost = [.. ends.OfType<TerminatedWorkerException>()];
            Assert.Equal(2, lost.Length);
            Assert.All(lost, static error => Assert.Equal(("far", "LOST"), (error.HostName, error.ExitReason)));
            Assert.Equal(far.Order(), lost.Select(static error => error.WorkerProcessId).Order());

            // It is reached again when there is work for it.
            Directory.CreateDirectory(Path.Combine(_folder, "again"));
            int[] again = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => executor.Submit(WorkerTasks.Meet, Path.Combine(_folder, "again"), 3)));
            Assert.Equal(3, again.Distinct().Count());
            Assert.Empty(again.Intersect(far));
        },
        seconds: 180);

    [Fact]
    public Task What_a_lost_host_ran_is_retried_and_all_succeed() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 4, Hosts = [AgentHosts.Host("one", 2), AgentHosts.Host("two", 2)] },
        async executor =>
        {
            await BeginAndEnd(executor, 4);
            int agent = executor.Pool.GetStatus().Hosts[0].Facts!.ProcessId;
            var group = new CountingGroup(KillAt(agent, 100), 1000, new TaskGroupOptions { BatchSize = 5, Retries = 3 }).RunOn(executor.Pool);
            await group.Completed;
            Assert.Empty(group.NotOnce);
            Assert.Equal(1000, group.Succeeded);
            Assert.False(Processes.IsAlive(agent));
        },
        seconds: 180);

    [LinuxFact]
    public Task An_item_whose_worker_died_is_tried_again_on_another_host_if_one_is_free() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 3, Hosts = [AgentHosts.Marked("one", 1), AgentHosts.Marked("two", 1), WorkerHost.ThisMachine(1)] },
        async executor =>
        {
            await BeginAndEnd(executor, 3);
            for (int round = 0; round < 6; round++)
            {
                int before = executor.Pool.GetStatus().Restarts;
                string first = Path.Combine(_folder, $"first{round}");
                List<string> results = [];
                await foreach (string result in executor.Map(DieFirst(first), [0], new MapOptions { Retries = 1 }))
                {
                    results.Add(result);
                }

                Assert.NotEqual(File.ReadAllText(first), Assert.Single(results));
                await Until.True(() => executor.Pool.GetStatus() is var status && status.Restarts > before && status.Workers.Count(static worker => worker.State == WorkerState.Ready) == 3, "the worker is replaced");
            }
        },
        seconds: 180);

    [LinuxFact]
    public Task An_agent_that_stands_still_is_noticed_by_its_silence_and_its_items_end() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 2, Hosts = [AgentHosts.Host("far", 1), WorkerHost.ThisMachine(1)] },
        async executor =>
        {
            string go = Path.Combine(_folder, "go");
            Task<int>[] tasks = await BeginOnAll(executor, go, 2);
            PoolStatus status = executor.Pool.GetStatus();
            int agent = status.Hosts[0].Facts!.ProcessId;
            int worker = status.Workers.Single(static worker => worker.HostName == "far").ProcessId;
            Processes.Signal(agent, SigStop);
            File.WriteAllText(go, string.Empty);
            Exception?[] ends = await Task.WhenAll(tasks.Select(EndOf));
            TerminatedWorkerException error = Assert.Single(ends.OfType<TerminatedWorkerException>());
            Assert.Equal(("far", "LOST"), (error.HostName, error.ExitReason));
            Assert.Contains("20", error.Message, StringComparison.Ordinal);
            await Processes.Gone([agent, worker]);
        },
        seconds: 180);

    [LinuxFact]
    public Task A_parent_that_is_killed_leaves_neither_agents_nor_workers() => Guard.Run(1, async executor =>
    {
        string folder = _folder;

        // A worker plays the parent.
        TerminatedWorkerException error = await Assert.ThrowsAsync<TerminatedWorkerException>(() => executor.Submit(PlayParent, folder, AgentHosts.Command.ToArray()));
        Assert.Equal("SIGKILL", error.ExitReason);
        int[] ids = [.. File.ReadAllLines(Path.Combine(folder, "ids")).Select(int.Parse)];
        Assert.Equal(3, ids.Length);
        await Processes.Gone(ids);
    }, seconds: 120);

    [Fact]
    public async Task An_executor_that_is_shut_down_leaves_no_agent_whether_in_use_or_idle()
    {
        foreach (bool kill in new[] { false, true })
        {
            var executor = new ProcessPoolExecutor(new ExecutorOptions { Hosts = [AgentHosts.Host("far", 1)] });
            Assert.Equal(7, await executor.Submit(WorkerTasks.Same, 7).WaitAsync(Until.Limit));
            PoolStatus status = executor.Pool.GetStatus();
            executor.Shutdown(wait: false, killWorkers: kill);
            await executor.Pool.Stopped.WaitAsync(Until.Limit);
            Assert.False(Processes.IsAlive(status.Hosts[0].Facts!.ProcessId));
            Assert.False(Processes.IsAlive(status.Workers[0].ProcessId));
            executor.Dispose();
        }
    }

    private static Func<int, string> DieFirst(string file) => _ =>
    {
        string host = Environment.GetEnvironmentVariable(AgentHosts.Mark) ?? "here";
        if (LokyTask.Attempt == 1)
        {
            File.WriteAllText(file, host);
            Deaths.Die(Death.Kill);
        }

        return host;
    };

    private static Func<int, int> DieAt(int at) => item =>
    {
        if (item == at)
        {
            Deaths.Die(Death.Kill);
        }

        return item;
    };

    private static Func<int, int> StayAt(int at) => item =>
    {
        if (item == at)
        {
            Thread.Sleep(Timeout.Infinite);
        }

        return item;
    };

    private static Func<int, int> KillAt(int process, int at) => item =>
    {
        if (item == at)
        {
            Processes.Signal(process, Processes.SigKill);
        }

        return item;
    };

    private static int PlayParent(string folder, string[] command)
    {
        var inner = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = 2, Hosts = [WorkerHost.OfAgent("far", command, 2)] });
        string meeting = Path.Combine(folder, "meeting");
        Directory.CreateDirectory(meeting);
        Task.WhenAll(Enumerable.Range(0, 2).Select(_ => inner.Submit(WorkerTasks.Meet, meeting, 2))).GetAwaiter().GetResult();
        PoolStatus status = inner.Pool.GetStatus();
        IEnumerable<int> ids = status.Workers.Select(static worker => worker.ProcessId).Append(status.Hosts[0].Facts!.ProcessId);
        File.WriteAllLines(Path.Combine(folder, "ids"), ids.Select(static id => $"{id}"));
        _ = inner.Submit(WorkerTasks.WaitFor, Path.Combine(folder, "never"));
        Deaths.Die(Death.Kill);
        return status.Workers.Count;
    }

    private static async Task<Exception?> EndOf(Task task)
    {
        try
        {
            await task;
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private async Task BeginAndEnd(ProcessPoolExecutor executor, int workers)
    {
        string meeting = Directory.CreateDirectory(Path.Combine(_folder, "meeting")).FullName;
        _ = await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => executor.Submit(WorkerTasks.Meet, meeting, workers)));
    }

    /// <summary>Has each of some workers run one item, until a file is there.</summary>
    private async Task<Task<int>[]> BeginOnAll(ProcessPoolExecutor executor, string go, int workers)
    {
        await BeginAndEnd(executor, workers);
        Task<int>[] tasks = [.. Enumerable.Range(0, workers).Select(number => executor.Submit(WaitBoth, go, number))];
        await Until.True(() => Enumerable.Range(0, workers).All(number => File.Exists($"{go}.{number}")), "all workers have begun");
        return tasks;
    }

    private static int WaitBoth(string go, int number)
    {
        File.WriteAllText($"{go}.{number}", string.Empty);
        while (!File.Exists(go))
        {
            Thread.Sleep(5);
        }

        return number;
    }
}
