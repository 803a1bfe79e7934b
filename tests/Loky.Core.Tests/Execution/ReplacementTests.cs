using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>Workers that are replaced between two tasks: no task is lost with them.</summary>
[Collection(UsesWorkers.Name)]
public sealed class ReplacementTests
{
    private static readonly List<byte[]> Leaked = [];

    [Fact]
    public Task A_worker_ends_after_the_number_of_tasks_that_was_set() => Guard.Run(new ExecutorOptions { MaxWorkers = 1, MaxTasksPerWorker = 3 }, async executor =>
    {
        List<int> ids = [];
        for (int i = 0; i < 9; i++)
        {
            ids.Add(await executor.Submit(WorkerTasks.ProcessId));
        }

        Assert.Equal([3, 3, 3], ids.GroupBy(id => id).Select(group => group.Count()));
        Assert.Equal(Enumerable.Range(0, 200), await executor.Map(WorkerTasks.Same, Enumerable.Range(0, 200)).ToList());
    });

    [Fact]
    public Task A_worker_that_leaks_is_replaced_without_losing_a_task_and_told_once() => Guard.Run(new ExecutorOptions { MaxWorkers = 2, MaxWorkerGrowth = 60 }, async executor =>
    {
        var group = new CountingGroup(Leak, 60).RunOn(executor.Pool);
        await group.Completed;
        Assert.Empty(group.NotOnce);
        Assert.Equal(60, group.Succeeded);
        Assert.Contains("MB", Assert.Single(group.Warnings), StringComparison.Ordinal);
        Assert.Contains(executor.Pool.GetStatus().Workers, worker => worker.Number > 2);
    });

    private static int Leak(int item)
    {
        byte[] block = new byte[10 << 20];
        Array.Fill(block, (byte)1);
        Leaked.Add(block);

        // Growth is looked at between tasks and from time to time.
        Thread.Sleep(100);
        return item;
    }
}
