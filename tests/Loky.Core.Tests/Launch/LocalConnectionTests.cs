using Loky.Execution;
using Loky.Launch;
using Loky.Tests.Execution;
using Loky.Tests.Remote;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Launch;

/// <summary>The end of a worker whose end of the channel outlives it.</summary>
[Collection(UsesWorkers.Name)]
public sealed class LocalConnectionTests
{
    [LinuxFact]
    public async Task A_worker_whose_channel_somebody_else_holds_open_has_ended_when_nothing_is_heard_after_its_death()
    {
        var clock = new ManualClock();
        WorkerPool pool = new(PoolOptions.Of(new ExecutorOptions { MaxWorkers = 1 }, DotNetHost.CreateCommand()) with { Clock = clock });
        using var executor = new ProcessPoolExecutor(pool);
        int heir = 0;
        try
        {
            await Guard.Limit(
                async () =>
                {
                    heir = await executor.Submit(OwnChannel.Bequeath);
                    int worker = Assert.Single(executor.WorkerProcessIds);
                    Task<int> lost = executor.Submit(WorkerTasks.Die, Death.Kill);
                    await Processes.Gone([worker]);
                    Task<TerminatedWorkerException> told = Assert.ThrowsAsync<TerminatedWorkerException>(() => lost);
                    await Until.True(
                        () =>
                        {
                            clock.Advance(TimeSpan.FromSeconds(1));
                            return told.IsCompleted;
                        },
                        "the task fails");
                    Assert.Equal("SIGKILL", (await told).ExitReason);
                    Assert.True(Processes.IsAlive(heir));
                },
                () => pool);
        }
        finally
        {
            Processes.Kill(heir);
            executor.Shutdown(wait: false, killWorkers: true);
            await pool.Stopped.WaitAsync(Until.Limit);
        }
    }
}
