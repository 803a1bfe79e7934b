using System.Diagnostics;
using Loky.Execution;
using Loky.Scheduling;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>What waits for what: nothing may wait for ever behind something that it does not need.</summary>
[Collection(UsesWorkers.Name)]
public sealed class SchedulingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loky-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Items_never_wait_behind_a_task_of_somebody_else_that_takes_for_ever() => Guard.Run(2, async executor =>
    {
        string gate = Path.Combine(_folder, "gate");
        Task<int> slow = executor.Submit(WorkerTasks.WaitFor, gate);
        await Until.True(() => File.Exists(gate + ".running"), "the slow task runs");
        for (int round = 0; round < 5; round++)
        {
            Assert.Equal(Enumerable.Range(0, 5000), await executor.Map(WorkerTasks.Same, Enumerable.Range(0, 5000)).ToList());
        }

        Assert.False(slow.IsCompleted);
        File.WriteAllText(gate, string.Empty);
        _ = await slow;
    });

    [Fact]
    public Task A_reader_slower_than_its_workers_gets_everything_however_large() => Guard.Run(2, async executor =>
    {
        List<int> firsts = [];
        await foreach (byte[] result in executor.Map(Large, Enumerable.Range(0, 40), new MapOptions { BatchSize = 1 }))
        {
            if (firsts.Count % 8 == 0)
            {
                // Until the workers have filled the queue and stopped.
                await Until.True(() => executor.Pool.GetStatus().Workers.All(worker => worker.TasksRunning == 0), "the workers have nothing to do");
            }

            firsts.Add(result[0]);
        }

        Assert.Equal(Enumerable.Range(0, 40), firsts);
    });

    [Fact]
    public Task An_item_that_all_results_wait_for_is_tried_again_however_much_waits() => Guard.Run(3, async executor =>
    {
        string died = Path.Combine(_folder, "died");
        List<int> firsts = [];
        await foreach (byte[] result in executor.Map(FirstDies(died), Enumerable.Range(0, 30), new MapOptions { BatchSize = 1, Retries = 1 }))
        {
            firsts.Add(result[0]);
        }

        Assert.Equal(Enumerable.Range(0, 30), firsts);
        Assert.True(File.Exists(died));
    });

    [Fact]
    public Task An_item_that_is_tried_again_while_the_reader_still_has_results_to_read_runs_at_once() => Guard.Run(3, async executor =>
    {
        // Item 2 dies once the reader has stopped, with results before it to read, and with more behind it than may wait.
        string died = Path.Combine(_folder, "died");
        string gate = Path.Combine(_folder, "gate");
        List<int> firsts = [];
        await foreach (byte[] result in executor.Map(DiesBehind(2, died, gate), Enumerable.Range(0, 30), new MapOptions { BatchSize = 1, Retries = 1 }))
        {
            firsts.Add(result[0]);
            if (firsts.Count == 1)
            {
                await Until.True(() => executor.Pool.GetStatus().Workers.Sum(worker => worker.TasksRunning) == 1, "only the item that will die still runs");
                File.WriteAllText(gate, string.Empty);
                await Until.True(() => executor.Pool.GetStatus().Restarts == 1, "its worker is replaced");
                await Until.True(() => executor.Pool.GetStatus().Workers.Count(worker => worker.State == WorkerState.Ready) == 3, "the new one is ready");
            }
        }

        Assert.Equal(Enumerable.Range(0, 30), firsts);
        Assert.True(File.Exists(died));
    });

    [Fact]
    public Task A_reader_that_comes_back_after_all_workers_were_idle_for_too_long_gets_the_rest() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 1, IdleTimeout = TimeSpan.FromMilliseconds(200) },
        async executor =>
        {
            List<int> firsts = [];
            await foreach (byte[] result in executor.Map(Large, Enumerable.Range(0, 20), new MapOptions { BatchSize = 1, Ordered = false }))
            {
                firsts.Add(result[0]);
                if (firsts.Count == 1)
                {
                    await Until.True(() => executor.WorkerProcessIds.Count == 0, "the idle worker ends");
                }
            }

            Assert.Equal(Enumerable.Range(0, 20), firsts);
        });

    [Fact]
    public Task The_results_before_a_failure_are_delivered_in_any_case() => Guard.Run(1, async executor =>
    {
        List<int> results = [];
        ArithmeticException error = await Assert.ThrowsAsync<ArithmeticException>(async () =>
        {
            await foreach (int result in executor.Map(FailAtSeven, Enumerable.Range(0, 20), new MapOptions { BatchSize = 20 }))
            {
                results.Add(result);
            }
        });
        Assert.Equal("seven", error.Message);
        Assert.Equal(Enumerable.Range(0, 7), results);
    });

    [Fact]
    public Task Results_come_while_a_slow_source_still_gives_items() => Guard.Run(1, async executor =>
    {
        bool seen = false;
        bool ended = false;
        IEnumerable<int> Source()
        {
            // Gives items for as long as no result has come.
            Stopwatch waited = Stopwatch.StartNew();
            for (int item = 0; !seen && waited.Elapsed < Until.Limit; item++)
            {
                yield return item;
                Thread.Sleep(20);
            }

            ended = true;
        }

        await foreach (int result in executor.Map(WorkerTasks.Same, Source()))
        {
            Assert.True(seen || !ended);
            seen = true;
        }

        Assert.True(seen);
    });

    [Fact]
    public Task Shrinking_keeps_the_warm_workers_and_not_those_still_starting() => Guard.Run(1, async executor =>
    {
        int warm = await executor.Submit(WorkerTasks.ProcessId);
        executor.Resize(8);
        Task<int>[] tasks = [.. Enumerable.Range(0, 16).Select(i => executor.Submit(WorkerTasks.Same, i))];
        executor.Resize(1);
        Assert.Equal(Enumerable.Range(0, 16), await Task.WhenAll(tasks));
        await Until.True(() => executor.WorkerProcessIds.Count == 1, "one worker is left");
        Assert.Equal([warm], executor.WorkerProcessIds);
        Assert.Equal(warm, await executor.Submit(WorkerTasks.ProcessId));
    });

    [Fact]
    public Task A_cancelled_batch_gets_its_grace_from_when_it_is_its_turn() => Guard.Run(1, async executor =>
    {
        int worker = await executor.Submit(WorkerTasks.ProcessId);
        string gate = Path.Combine(_folder, "gate");

        // Fast ones first, so that more of them wait in the worker, behind the one that waits for the gate.
        var blocked = new CountingGroup(WaitAtLast(gate, 400), 400).RunOn(executor.Pool);
        await Until.True(() => File.Exists(gate + ".running"), "the first group is at its last item");
        var waiting = new CountingGroup(WorkerTasks.Same, 10).RunOn(executor.Pool);
        executor.Pool.Cancel(waiting);
        await Task.Delay(TimeSpan.FromSeconds(1.2));
        File.WriteAllText(gate, string.Empty);
        await blocked.Completed;
        await waiting.Completed;
        Assert.Equal(400, blocked.Succeeded);
        Assert.Equal(worker, await executor.Submit(WorkerTasks.ProcessId));
    });

    [Fact]
    public async Task The_death_of_a_worker_leaves_no_unobserved_exception()
    {
        List<Exception> unobserved = [];
        void Note(object? sender, UnobservedTaskExceptionEventArgs args)
        {
            lock (unobserved)
            {
                unobserved.AddRange(args.Exception.InnerExceptions.Where(exception => exception is ObjectDisposedException));
            }
        }

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await Guard.Run(2, async executor => Assert.Equal(1, await executor.Submit(WorkerTasks.Same, 1)));
            for (int round = 0; round < 5; round++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            Assert.Empty(unobserved);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }
    }

    private static byte[] Large(int item)
    {
        byte[] result = new byte[12 << 20];
        result[0] = (byte)item;
        return result;
    }

    private static int FailAtSeven(int item) => item == 7 ? throw new ArithmeticException("seven") : item;

    /// <summary>A map whose first item dies once, late, when the results of many others are there.</summary>
    private static Func<int, byte[]> FirstDies(string died) => item =>
    {
        if (item == 0 && !File.Exists(died))
        {
            Thread.Sleep(1500);
            File.WriteAllText(died, string.Empty);
            Deaths.Die(Death.Kill);
        }

        return Large(item);
    };

    /// <summary>A map of which one item dies once, when a file is there.</summary>
    private static Func<int, byte[]> DiesBehind(int victim, string died, string gate) => item =>
    {
        if (item == victim && !File.Exists(died))
        {
            _ = WorkerTasks.WaitFor(gate);
            File.WriteAllText(died, string.Empty);
            Deaths.Die(Death.Kill);
        }

        return Large(item);
    };

    private static Func<int, int> WaitAtLast(string gate, int count) => item => item == count - 1 ? WorkerTasks.WaitFor(gate) : item;
}
