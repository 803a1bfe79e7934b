using Loky.Channel;
using Loky.Execution;
using Loky.Scheduling;
using Loky.Serialization;
using Loky.Tests.Support;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>Items that were sent to a worker because they seemed quick, and wait there behind one that is not.</summary>
[Collection(UsesWorkers.Name)]
public sealed class RecallTests : IDisposable
{
    private const int Items = 40;

    private readonly string _folder = Directory.CreateTempSubdirectory("loky-test-").FullName;

    // As if an earlier call had found that an item takes next to nothing.
    private static TaskGroupOptions Quick => new() { Cost = ItemCost.Of(1) };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(Items - 2)]
    public Task Items_that_wait_behind_a_slow_one_go_to_a_worker_without_work(int slow) => Guard.Run(2, async executor =>
    {
        await Warm(executor, 2);

        // The slow item ends when all others have: behind it they would wait for ever.
        var group = new CountingGroup(WaitForOthers(_folder, slow, Items), Items, Quick).RunOn(executor.Pool);
        await group.Completed;
        Check(group);
    });

    [Fact]
    public Task A_worker_is_started_for_items_that_wait_behind_a_slow_one() => Guard.Run(2, async executor =>
    {
        await executor.Submit(WorkerTasks.Same, 1);
        var group = new CountingGroup(WaitForOthers(_folder, 0, Items), Items, Quick).RunOn(executor.Pool);
        await group.Completed;
        Check(group);
    });

    [Fact]
    public Task A_whole_batch_that_waits_behind_another_is_taken_back() => Guard.Run(2, async executor =>
    {
        await Warm(executor, 2);

        // As many as make a batch that runs and one that waits for each worker.
        var group = new CountingGroup(WaitForOthers(_folder, 0, 400), 400, Quick).RunOn(executor.Pool);
        await group.Completed;
        Check(group);
    });

    [Fact]
    public Task Items_that_are_taken_back_again_and_again_run_once_each() => Guard.Run(4, async executor =>
    {
        await Warm(executor, 4);
        for (int round = 0; round < 5; round++)
        {
            string folder = Directory.CreateDirectory(Path.Combine(_folder, $"round{round}")).FullName;
            var group = new CountingGroup(LogNowAndThenSlowly(folder), 300, Quick).RunOn(executor.Pool);
            await group.Completed;
            Check(group);
            Assert.Equal(Enumerable.Range(0, 300).ToDictionary(item => item, _ => 1), WorkerTasks.ReadLog(folder));
        }
    });

    [Fact]
    public Task Items_of_a_size_that_was_asked_for_stay_where_they_are() => Guard.Run(2, async executor =>
    {
        await Warm(executor, 2);
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "log")).FullName;
        var group = new CountingGroup(LogAfterAWhile(folder), 3, Quick with { BatchSize = 3 }).RunOn(executor.Pool);
        await group.Completed;
        Check(group);
        _ = Assert.Single(Directory.GetFiles(folder));
    });

    [Fact]
    public Task Few_items_that_are_known_to_be_quick_travel_together() => Guard.Run(2, async executor =>
    {
        await Warm(executor, 2);
        List<int> batches = [];

        // A busy machine may take longer to add ten items than they may wait for each other, but not always.
        for (int call = 0; call < 20 && !batches.Contains(1); call++)
        {
            batches.Add(await BatchesOfTen(executor));
        }

        Assert.Contains(1, batches);
    });

    [Fact]
    public Task Quick_items_do_not_wait_for_more_than_a_moment_to_travel_together() => Guard.Run(2, async executor =>
    {
        await Warm(executor, 2);
        var group = new QueuedTaskGroup(TaskKind.Delegate, SetupOf(Same), Quick, ordered: true);
        executor.Pool.AddGroup(group);

        // Its input goes on, so that nothing but the time that has passed lets the item go.
        AddNumber(group, 1);
        Assert.NotNull(await Task.Run(() => group.Results.Take(Until.Limit)));
        AddNumber(group, 2);
        Assert.NotNull(await Task.Run(() => group.Results.Take(Until.Limit)));
        executor.Pool.Cancel(group);
    });

    private static async Task<int> BatchesOfTen(ProcessPoolExecutor executor)
    {
        var group = new QueuedTaskGroup(TaskKind.Delegate, SetupOf(Same), Quick, ordered: false, announceStarts: true);
        executor.Pool.AddGroup(group);
        for (int i = 0; i < 10; i++)
        {
            AddNumber(group, i);
        }

        group.CompleteAdding();
        executor.Pool.Notify(group, completed: true);
        return await Task.Run(() =>
        {
            int batches = 0;
            while (group.Results.Take(Until.Limit) is { } entry)
            {
                batches += entry.Frame is null ? 1 : 0;
                entry.Frame?.Dispose();
            }

            return batches;
        });
    }

    private static void AddNumber(QueuedTaskGroup group, int number)
    {
        var buffer = new PooledBuffer();
        new ValueSerializer(TypePolicy.DeclaredOnly).Write(buffer, number, typeof(int));
        _ = group.Add(ref buffer);
        buffer.Dispose();
        group.Pool.Notify(group);
    }

    private static byte[] SetupOf(Delegate task)
    {
        using var setup = new PooledBuffer();
        new ValueSerializer(TypePolicy.DeclaredOnly).WriteDelegate(setup, task);
        return setup.WrittenSpan.ToArray();
    }

    private async Task Warm(ProcessPoolExecutor executor, int workers)
    {
        string meeting = Directory.CreateDirectory(Path.Combine(_folder, "warm")).FullName;
        _ = await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => executor.Submit(WorkerTasks.Meet, meeting, workers)));
    }

    private static int Same(int item) => item;

    private static void Check(CountingGroup group)
    {
        Assert.Null(group.FirstLoss);
        Assert.Equal(group.Count, group.Succeeded);
        Assert.Empty(group.NotOnce);
    }

    private static Func<int, int> LogAfterAWhile(string folder) => item =>
    {
        Thread.Sleep(100);
        return WorkerTasks.Log(folder, item);
    };

    private static Func<int, int> WaitForOthers(string folder, int slow, int items) => item =>
    {
        if (item != slow)
        {
            File.WriteAllText(Path.Combine(folder, $"item{item}"), string.Empty);
            return item;
        }

        for (long since = Environment.TickCount64; Directory.GetFiles(folder, "item*").Length < items - 1;)
        {
            if (Environment.TickCount64 - since > Until.Limit.TotalMilliseconds)
            {
                throw new TimeoutException($"Only {Directory.GetFiles(folder, "item*").Length} of the others ran.");
            }

            Thread.Sleep(5);
        }

        return item;
    };

    private static Func<int, int> LogNowAndThenSlowly(string folder) => item =>
    {
        if (item % 29 == 0)
        {
            Thread.Sleep(15);
        }

        return WorkerTasks.Log(folder, item);
    };
}
