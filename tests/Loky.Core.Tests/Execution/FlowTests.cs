using Loky.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>Workers are held back where nobody reads what they write, and nobody ever waits for one that is.</summary>
[Collection(UsesWorkers.Name)]
public sealed class FlowTests : IDisposable
{
    private const int Items = 60;

    // One batch: no end of a batch can be what stops it.
    private static readonly MapOptions OneBatch = new() { BatchSize = Items };

    private readonly string _folder = Directory.CreateTempSubdirectory("loky-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task A_worker_stops_in_the_middle_of_its_batch_while_nobody_reads_and_goes_on_after() => Guard.Run(1, async executor =>
    {
        List<int> firsts = [];
        await foreach (byte[] result in executor.Map(Large, Enumerable.Range(0, Items), OneBatch))
        {
            firsts.Add(result[0]);
            if (firsts.Count == 1)
            {
                await HeldBack(executor);

                // 64 MB, what may be on its way, and an item or two at its edges.
                Assert.InRange(executor.Pool.GetStatus().TasksDone, 20, 30);
            }
        }

        Assert.Equal(Enumerable.Range(0, Items), firsts);
    });

    [Fact]
    public Task The_time_for_which_a_worker_is_held_back_counts_for_no_limit_of_its_item() => Guard.Run(1, async executor =>
    {
        MapOptions limited = OneBatch with { TaskTimeout = TimeSpan.FromSeconds(3) };
        List<int> firsts = [];
        await foreach (byte[] result in executor.Map(Large, Enumerable.Range(0, Items), limited))
        {
            firsts.Add(result[0]);
            if (firsts.Count == 1)
            {
                await HeldBack(executor);
                await Task.Delay(TimeSpan.FromSeconds(4.5));
            }
        }

        Assert.Equal(Enumerable.Range(0, Items), firsts);
        Assert.Equal(0, executor.Pool.GetStatus().Restarts);
    });

    [Fact]
    public Task A_reader_that_needs_the_same_worker_for_something_else_gets_it() => Guard.Run(1, async executor =>
    {
        List<int> firsts = [];
        await foreach (byte[] result in executor.Map(Large, Enumerable.Range(0, Items), OneBatch))
        {
            firsts.Add(result[0]);
            if (firsts.Count == 1)
            {
                await HeldBack(executor);
                Assert.Equal(5, await executor.Submit(WorkerTasks.Same, 5));
            }
        }

        Assert.Equal(Enumerable.Range(0, Items), firsts);
    });

    [Fact]
    public Task Results_that_come_too_early_hold_back_their_worker_and_never_the_one_they_wait_for() => Guard.Run(2, async executor =>
    {
        string gate = Path.Combine(_folder, "gate");
        Task<List<byte[]>> results = executor.Map(LargeBehind(gate), Enumerable.Range(0, 2 * Items), OneBatch).ToList();
        await HeldBack(executor);
        Assert.True(File.Exists(gate + ".running"));
        File.WriteAllText(gate, string.Empty);
        Assert.Equal(Enumerable.Range(0, 2 * Items), (await results).Select(result => (int)result[0]));
    });

    [Fact]
    public Task An_item_that_all_wait_for_runs_again_though_the_other_worker_is_held_back() => Guard.Run(2, async executor =>
    {
        string gate = Path.Combine(_folder, "gate");
        string died = Path.Combine(_folder, "died");
        MapOptions retried = OneBatch with { Retries = 1 };
        Task<List<byte[]>> results = executor.Map(DiesBehind(gate, died), Enumerable.Range(0, 2 * Items), retried).ToList();
        await HeldBack(executor);

        // With one worker from here on, the first item is left to the one that is held back.
        executor.Resize(1);
        File.WriteAllText(gate, string.Empty);
        Assert.Equal(Enumerable.Range(0, 2 * Items), (await results).Select(result => (int)result[0]));
        Assert.True(File.Exists(died));
    });

    [Fact]
    public Task A_reader_that_goes_away_frees_the_worker_that_waits_for_it() => Guard.Run(1, async executor =>
    {
        int worker = await executor.Submit(WorkerTasks.ProcessId);
        await foreach (byte[] result in executor.Map(Large, Enumerable.Range(0, Items), OneBatch))
        {
            Assert.Equal(0, result[0]);
            await HeldBack(executor);
            break;
        }

        Assert.Equal(worker, await executor.Submit(WorkerTasks.ProcessId));
    });

    private static Task HeldBack(ProcessPoolExecutor executor) =>
        Until.True(() => executor.Pool.GetStatus().Workers.Any(worker => worker.IsHeldBack), "a worker is held back");

    private static byte[] Large(int item)
    {
        byte[] result = new byte[3 << 20];
        result[0] = (byte)item;
        return result;
    }

    private static Func<int, byte[]> LargeBehind(string gate) => item =>
    {
        if (item == 0)
        {
            _ = WorkerTasks.WaitFor(gate);
        }

        return Large(item);
    };

    private static Func<int, byte[]> DiesBehind(string gate, string died) => item =>
    {
        if (item == 0 && !File.Exists(died))
        {
            _ = WorkerTasks.WaitFor(gate);
            File.WriteAllText(died, string.Empty);
            Deaths.Die(Death.Kill);
        }

        return Large(item);
    };
}
