using System.Diagnostics;
using System.Runtime.CompilerServices;
using Loky.Execution;
using Loky.Launch;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>Shutdown, cancellation, callbacks and what the executor leaves behind.</summary>
[Collection(UsesWorkers.Name)]
public sealed class ExecutorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loky-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task A_task_after_the_shutdown_is_refused() => Guard.Run(1, async executor =>
    {
        Assert.Equal(1, await executor.Submit(WorkerTasks.Same, 1));
        executor.Shutdown();
        _ = await Assert.ThrowsAsync<ShutdownExecutorException>(() => executor.Submit(WorkerTasks.Same, 1));
        _ = await Assert.ThrowsAsync<ShutdownExecutorException>(() => executor.Map(WorkerTasks.Same, [1]).ToList());
        executor.Shutdown();
    });

    [Fact]
    public Task A_shutdown_lets_all_tasks_end() => Guard.Run(2, async executor =>
    {
        Task<int>[] tasks = [.. Enumerable.Range(0, 50).Select(i => executor.Submit(WorkerTasks.SleepThenSame, 5, i))];
        executor.Shutdown();
        Assert.Equal(Enumerable.Range(0, 50), await Task.WhenAll(tasks));
        Assert.Empty(executor.WorkerProcessIds);
    });

    [Fact]
    public Task A_killing_shutdown_ends_a_hundred_long_tasks_at_once() => Guard.Run(2, async executor =>
    {
        Assert.Equal(1, await executor.Submit(WorkerTasks.Same, 1));
        Task<int>[] tasks = [.. Enumerable.Range(0, 100).Select(i => executor.Submit(WorkerTasks.SleepThenSame, 1000, i))];
        Stopwatch taken = Stopwatch.StartNew();
        executor.Shutdown(killWorkers: true);
        Assert.InRange(taken.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        foreach (Task<int> task in tasks)
        {
            _ = await Assert.ThrowsAsync<ShutdownExecutorException>(() => task);
        }
    });

    [Fact]
    public Task A_killing_shutdown_takes_nested_workers_along() => Guard.Run(1, async executor =>
    {
        int[] nested = await executor.Submit(WorkerTasks.StartNested, 2);
        Assert.All(nested, id => Assert.True(Processes.IsAlive(id)));
        executor.Shutdown(killWorkers: true);
        await Processes.Gone(nested);
    });

    [Fact]
    public Task Cancelling_a_waiting_task_keeps_it_from_running() => Guard.Run(1, async executor =>
    {
        string gate = Path.Combine(_folder, "gate");
        Task<int> first = executor.Submit(WorkerTasks.WaitFor, gate);
        using var cancel = new CancellationTokenSource();
        string ran = Path.Combine(_folder, "ran");
        Directory.CreateDirectory(ran);
        Task<int> second = executor.Submit(WorkerTasks.Log, ran, 1, cancel.Token);
        await cancel.CancelAsync();
        _ = await Assert.ThrowsAsync<TaskCanceledException>(() => second);
        File.WriteAllText(gate, string.Empty);
        _ = await first;
        Assert.Equal(3, await executor.Submit(WorkerTasks.Same, 3));
        Assert.Empty(Directory.GetFiles(ran));
    });

    [Fact]
    public Task Cancelling_a_task_that_listens_keeps_its_worker() => Guard.Run(1, async executor =>
    {
        int worker = await executor.Submit(WorkerTasks.ProcessId);
        using var cancel = new CancellationTokenSource();
        Task<int> task = executor.Submit(WorkerTasks.WaitForStop, cancel.Token);
        await Until.True(() => executor.Pool.GetStatus().Workers.Any(status => status.TasksRunning > 0), "the task runs");
        await cancel.CancelAsync();
        _ = await Assert.ThrowsAsync<TaskCanceledException>(() => task);
        Assert.Equal(worker, await executor.Submit(WorkerTasks.ProcessId));
    });

    [Fact]
    public Task Cancelling_a_task_that_does_not_listen_costs_its_worker_and_nothing_else() => Guard.Run(1, async executor =>
    {
        string gate = Path.Combine(_folder, "never");
        using var cancel = new CancellationTokenSource();
        Task<int> task = executor.Submit(WorkerTasks.WaitFor, gate, cancel.Token);
        await Until.True(() => File.Exists(gate + ".running"), "the task runs");
        int[] workers = [.. executor.WorkerProcessIds];
        await cancel.CancelAsync();
        _ = await Assert.ThrowsAsync<TaskCanceledException>(() => task);
        Assert.Equal(5, await executor.Submit(WorkerTasks.Same, 5));
        await Processes.Gone(workers);
    });

    [Fact]
    public Task Cancelling_while_tasks_end_gives_each_one_end() => Guard.Run(2, async executor =>
    {
        var random = new Random(1);
        int cancelled = 0;
        for (int round = 0; round < 300; round++)
        {
            using var cancel = new CancellationTokenSource();
            Task<int> task = executor.Submit(WorkerTasks.Same, round, cancel.Token);
            Thread.SpinWait(random.Next(1, 60_000));
            await cancel.CancelAsync();
            try
            {
                Assert.Equal(round, await task);
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }
        }

        Assert.InRange(cancelled, 1, 300);
        Assert.Equal(9, await executor.Submit(WorkerTasks.Same, 9));
        Assert.Equal(0, executor.Pool.GetStatus().TasksPending);
    });

    [Fact]
    public Task A_callback_that_throws_harms_nobody() => Guard.Run(1, async executor =>
    {
        Task callback = executor.Submit(WorkerTasks.Same, 1).ContinueWith(
            _ => throw new InvalidOperationException("callback"), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _ = await Assert.ThrowsAsync<InvalidOperationException>(() => callback);
        Assert.Equal(2, await executor.Submit(WorkerTasks.Same, 2));
    });

    [Fact]
    public Task Callbacks_submit_a_hundred_deep() => Guard.Run(2, async executor =>
    {
        Task<int> Chain(int depth) => executor.Submit(WorkerTasks.Same, depth).ContinueWith(
            task => task.Result == 0 ? task : Chain(task.Result - 1), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Unwrap();
        Assert.Equal(0, await Chain(100));
    });

    [Fact]
    public Task Bad_tasks_do_not_disturb_good_ones() => Guard.Run(2, async executor =>
    {
        using var unsendable = new ManualResetEventSlim();
        Task<int>[] good = new Task<int>[100];
        for (int i = 0; i < 100; i++)
        {
            good[i] = executor.Submit(WorkerTasks.Same, i);
            _ = await Assert.ThrowsAsync<TaskSerializationException>(() => executor.Submit(held => held.IsSet, unsendable));
        }

        Assert.Equal(Enumerable.Range(0, 100), await Task.WhenAll(good));
    });

    [Fact]
    public async Task Disposing_waits_for_the_tasks_and_leaves_no_worker()
    {
        Task<int> task;
        int[] workers;
        using (var executor = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = 1 }))
        {
            task = executor.Submit(WorkerTasks.ProcessId);
            workers = [await task];
        }

        Assert.All(workers, id => Assert.False(Processes.IsAlive(id)));
        await using (var executor = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = 1 }))
        {
            task = executor.Submit(WorkerTasks.ProcessId);
        }

        Assert.True(task.IsCompletedSuccessfully);
        Assert.False(Processes.IsAlive(await task));
    }

    [Fact]
    public Task An_executor_that_nobody_holds_ends_its_workers_after_its_tasks() => Guard.Limit(async () =>
    {
        (Task<int> task, Task<List<int>> map) = Drop();
        int worker = await task.WaitAsync(Until.Limit);
        Assert.Equal(Enumerable.Range(0, 100), await map.WaitAsync(Until.Limit));
        map = Task.FromResult(new List<int>());
        await Until.True(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !Processes.IsAlive(worker);
            },
            "the worker of the dropped executor ends");

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (Task<int>, Task<List<int>>) Drop()
        {
            var executor = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = 1 });
            return (executor.Submit(WorkerTasks.ProcessId), executor.Map(WorkerTasks.Same, Enumerable.Range(0, 100)).ToList());
        }
    }, () => null);

    [Fact]
    public Task A_map_holds_its_executor_until_it_is_read() => Guard.Limit(async () =>
    {
        IAsyncEnumerable<int> map = Drop();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Equal([1, 2], await map.ToList());

        [MethodImpl(MethodImplOptions.NoInlining)]
        static IAsyncEnumerable<int> Drop() => new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = 1 }).Map(WorkerTasks.Same, [1, 2]);
    }, () => null);

    [UnixFact("It runs cat, which Windows does not have.")]
    public Task A_child_process_that_reads_its_input_finds_the_end() => Guard.Run(1, async executor =>
        Assert.Equal("0:", await executor.Submit(RunCat)));

    [Fact]
    public async Task The_environment_is_inherited_then_overridden()
    {
        Environment.SetEnvironmentVariable("LOKY_TEST_INHERITED", "parent");
        Environment.SetEnvironmentVariable("LOKY_TEST_REMOVED", "parent");
        try
        {
            await Guard.Run(
                new ExecutorOptions
                {
                    MaxWorkers = 1,
                    Environment = new Dictionary<string, string?> { ["LOKY_TEST_ADDED"] = "option", ["LOKY_TEST_REMOVED"] = null },
                },
                async executor =>
                {
                    Assert.Equal("parent", await executor.Submit(Environment.GetEnvironmentVariable, "LOKY_TEST_INHERITED"));
                    Assert.Equal("option", await executor.Submit(Environment.GetEnvironmentVariable, "LOKY_TEST_ADDED"));
                    Assert.Null(await executor.Submit(Environment.GetEnvironmentVariable, "LOKY_TEST_REMOVED"));
                });
        }
        finally
        {
            Environment.SetEnvironmentVariable("LOKY_TEST_INHERITED", null);
            Environment.SetEnvironmentVariable("LOKY_TEST_REMOVED", null);
        }
    }

    [Fact]
    public Task A_command_that_cannot_be_started_breaks_the_executor_with_the_reason() => Guard.Limit(async () =>
    {
        var pool = new WorkerPool(PoolOptions.Of(new ExecutorOptions { MaxWorkers = 2 }, new WorkerCommand { FileName = "/no/such/program" }));
        using var executor = new ProcessPoolExecutor(pool);
        BrokenExecutorException error = await Assert.ThrowsAsync<BrokenExecutorException>(() => executor.Submit(WorkerTasks.Same, 1));
        Assert.Contains("/no/such/program", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<BrokenExecutorException>(() => executor.Submit(WorkerTasks.Same, 1));
        Assert.Contains("/no/such/program", error.Message, StringComparison.Ordinal);
        await pool.Stopped.WaitAsync(Until.Limit);
    }, () => null);

    [Fact]
    public Task A_program_that_ends_at_once_breaks_the_executor_with_its_exit_code_and_last_words() => Guard.Limit(async () =>
    {
        WorkerCommand command = OperatingSystem.IsWindows()
            ? new() { FileName = "cmd.exe", Arguments = ["/c", "echo no licence>&2& exit 5"] }
            : new() { FileName = "/bin/sh", Arguments = ["-c", "echo no licence >&2; exit 5"] };
        var pool = new WorkerPool(PoolOptions.Of(new ExecutorOptions { MaxWorkers = 3 }, command));
        using var executor = new ProcessPoolExecutor(pool);
        BrokenExecutorException error = await Assert.ThrowsAsync<BrokenExecutorException>(() => executor.Submit(WorkerTasks.Same, 1));
        Assert.Contains("EXIT(5)", error.Message, StringComparison.Ordinal);
        Assert.Contains("no licence", error.Message, StringComparison.Ordinal);
        await pool.Stopped.WaitAsync(Until.Limit);
    }, () => null);

    [Fact]
    public Task Death_while_idle_fails_nobody() => Guard.Run(2, async executor =>
    {
        for (int round = 0; round < 5; round++)
        {
            Assert.Equal(Enumerable.Range(0, 10), await executor.Map(WorkerTasks.Same, Enumerable.Range(0, 10)).ToList());
            foreach (int id in executor.WorkerProcessIds.Take((round % 2) + 1))
            {
                Processes.Kill(id);
            }
        }

        Assert.Equal(Enumerable.Range(0, 50), await executor.Map(WorkerTasks.Same, Enumerable.Range(0, 50)).ToList());
    });

    [Fact]
    public Task A_parent_that_is_killed_leaves_no_process_and_no_file() => Guard.Run(1, async executor =>
    {
        string[] Folders() => Directory.Exists("/dev/shm") ? Directory.GetDirectories("/dev/shm", "loky-*") : [];
        string[] before = Folders();
        DateTime begun = DateTime.UtcNow;
        int[] nested = await executor.Submit(WorkerTasks.StartNested, 3);
        int parent = executor.WorkerProcessIds.Single();
        Processes.Kill(parent);
        await Processes.Gone(nested, seconds: 5);

        // Of workers that start meanwhile, some have their folders for a moment.
        string[] left = [.. Folders().Except(before)];
        await Until.True(() => !left.Any(Directory.Exists), "the folders of the workers are gone");
        int[] all = [parent, .. nested];

        // Process ids come again: what other processes of the same id once left does not count.
        Assert.DoesNotContain(all.SelectMany(id => Directory.GetFiles(Path.GetTempPath(), $"*-{id}-*")), file => File.GetLastWriteTimeUtc(file) > begun);
    });

    [Fact]
    public Task What_keeps_a_workers_runtime_quiet_is_not_inherited_by_its_children() => Guard.Run(1, async executor =>
        Assert.Null(await executor.Submit(Environment.GetEnvironmentVariable, "DOTNET_EnableDiagnostics_IPC")));

    private static string RunCat()
    {
        using Process cat = Process.Start(new ProcessStartInfo("cat") { RedirectStandardOutput = true, UseShellExecute = false })!;
        string output = cat.StandardOutput.ReadToEnd();
        cat.WaitForExit();
        return $"{cat.ExitCode}:{output}";
    }
}
