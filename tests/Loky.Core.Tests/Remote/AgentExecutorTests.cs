using Loky.Execution;
using Loky.Remote;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Remote;

/// <summary>An executor whose workers are behind node agents, which are real processes with real workers.</summary>
[Collection(UsesWorkers.Name)]
public sealed class AgentExecutorTests
{
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
}
