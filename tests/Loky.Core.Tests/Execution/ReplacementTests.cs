using System.Globalization;
using Loky.Scheduling;
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

    [Fact]
    public Task A_worker_above_its_memory_is_replaced_and_each_item_runs_once() => Guard.Run(new ExecutorOptions { MaxWorkers = 2, MaxWorkerMemory = 200 << 20 }, async executor =>
    {
        string folder = Directory.CreateTempSubdirectory("loky-test-").FullName;
        try
        {
            // Batches of a fixed size wait in the worker, so that some of each has to go elsewhere.
            for (int call = 1; call <= 2; call++)
            {
                var group = new CountingGroup((int item) => KeepAndNote(folder, item), 60, new TaskGroupOptions { BatchSize = 7 }).RunOn(executor.Pool);
                await group.Completed;
                Assert.Empty(group.NotOnce);
                Assert.Equal(60, group.Succeeded);
                string warning = Assert.Single(group.Warnings);
                Assert.Contains("200 MB", warning, StringComparison.Ordinal);
                string[] runs = Directory.GetFiles(folder);
                Assert.Equal(60 * call, runs.Length);

                // A worker has some fifty megabytes for itself: it cannot have kept twenty items of ten.
                Assert.All(runs.GroupBy(static file => Path.GetExtension(file)), static items => Assert.InRange(items.Count(), 1, 19));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    });

    [Fact]
    public Task A_worker_that_makes_much_garbage_and_keeps_nothing_stays() => Guard.Run(new ExecutorOptions { MaxWorkers = 1, MaxWorkerMemory = 200 << 20 }, async executor =>
    {
        var group = new CountingGroup(MakeGarbage, 40).RunOn(executor.Pool);
        await group.Completed;
        Assert.Equal(40, group.Succeeded);
        Assert.Empty(group.Warnings);
        Assert.Equal(1, Assert.Single(executor.Pool.GetStatus().Workers).Number);
    });

    [Theory]
    [InlineData(-1)]
    [InlineData(500)]
    [InlineData(ExecutorOptions.MinWorkerMemory - 1)]
    public void A_limit_that_no_worker_could_keep_is_refused_with_the_least_one(long bytes)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => new ExecutorOptions { MaxWorkerMemory = bytes }.Validate());
        Assert.Contains(bytes.ToString(CultureInfo.CurrentCulture), error.Message, StringComparison.Ordinal);
        Assert.Contains("128MB", error.Message, StringComparison.Ordinal);
        new ExecutorOptions { MaxWorkerMemory = 0 }.Validate();
        new ExecutorOptions { MaxWorkerMemory = ExecutorOptions.MinWorkerMemory }.Validate();
    }

    private static int KeepAndNote(string folder, int item)
    {
        File.WriteAllText(Path.Combine(folder, $"{Guid.NewGuid()}.{Environment.ProcessId}"), string.Empty);
        byte[] block = new byte[10 << 20];
        Array.Fill(block, (byte)1);
        Leaked.Add(block);
        return item;
    }

    private static int MakeGarbage(int item)
    {
        byte[] block = new byte[100 << 20];
        Array.Fill(block, (byte)1);
        return block[item] + item;
    }

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
