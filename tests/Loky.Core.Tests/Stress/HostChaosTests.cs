using Loky.Execution;
using Loky.Scheduling;
using Loky.Tests.Execution;
using Loky.Tests.Remote;
using Loky.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Loky.Tests.Stress;

/// <summary>Killers go round among the workers and the node agents of several hosts while they run thousands of short tasks.</summary>
[Collection(UsesWorkers.Name)]
[Trait("Category", StressForm.Category)]
public sealed class HostChaosTests(ITestOutputHelper output)
{
    private static readonly int Tasks = StressForm.Pick(500, 20_000);

    [LinuxFact]
    public Task Every_item_ends_exactly_once_and_none_runs_twice() => Kill("over hosts", new TaskGroupOptions { BatchSize = 4 });

    [LinuxFact]
    public Task Items_that_are_tried_again_all_succeed() => Kill("over hosts, with 20 retries", new TaskGroupOptions { BatchSize = 4, Retries = 20 });

    private Task Kill(string what, TaskGroupOptions options) => StressForm.Repeat(output, what, async run =>
    {
        HashSet<int> seen = [];
        var hosts = new ExecutorOptions { MaxWorkers = 5, Hosts = [AgentHosts.Host("one", 2), AgentHosts.Host("two", 2), WorkerHost.ThisMachine(1)] };
        await Guard.Run(
            hosts,
            async executor =>
            {
                string folder = run.NewFolder();
                CountingGroup group;
                using var over = new CancellationTokenSource();
                Task<int> agents = KillAgents(executor.Pool, seen, run.Random, over.Token);
                var killer = new Killer(executor.Pool, StressForm.Pick(300, 50), run.Random);
                using (killer)
                {
                    group = new CountingGroup(StressRun.WorkIn(folder), Tasks, options).RunOn(executor.Pool);
                    await group.Completed;
                    await over.CancelAsync();
                }

                run.Add(killer.Kills + await agents);
                if (options.Retries > 0)
                {
                    Assert.Equal(0, group.Lost);
                }

                // Of an item that was sent to a lost host it is not known whether it has run.
                run.Check(group, folder, mayRunTwice: options.Retries > 0);

                // An agent may have been stopped a moment ago, which is noticed by its silence, with the loss of what was sent to it.
                CountingGroup last = new CountingGroup(WorkerTasks.Same, 1, new TaskGroupOptions { Retries = 20 }).RunOn(executor.Pool);
                await last.Completed;
                Assert.Equal(1, last.Succeeded);
            },
            StressForm.Seconds);
        await Processes.Gone(seen);
    });

    /// <summary>Kills a random agent every now and then, and now and then only has it stand still.</summary>
    private static async Task<int> KillAgents(WorkerPool pool, HashSet<int> seen, Random random, CancellationToken over)
    {
        const int stop = 19;
        int kills = 0;
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(StressForm.Pick(1000, 5000), over).ContinueWith(static _ => { }, TaskScheduler.Default);
            PoolStatus status = pool.GetStatus();
            int[] agents = [.. status.Hosts.Select(static host => host.Facts?.ProcessId ?? 0).Where(Processes.IsAlive)];
            seen.UnionWith(agents);
            seen.UnionWith(status.Workers.Select(static worker => worker.ProcessId));
            if (agents.Length > 0 && !over.IsCancellationRequested)
            {
                Processes.Signal(agents[random.Next(agents.Length)], random.Next(8) == 0 ? stop : Processes.SigKill);
                kills++;
            }
        }

        return kills;
    }
}
