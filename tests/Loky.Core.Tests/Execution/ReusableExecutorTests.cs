using Loky.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>The executor that a program shares, under change; and sizes, idle workers, nesting.</summary>
[Collection(UsesWorkers.Name)]
public sealed class ReusableExecutorTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loky-test-").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        ProcessPoolExecutor last = ReusableExecutor.Get();
        last.Shutdown(wait: false, killWorkers: true);
        await last.Pool.Stopped.WaitAsync(Until.Limit);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public Task The_same_request_gets_the_same_workers_and_another_size_keeps_who_stays() => Limit(async () =>
    {
        ProcessPoolExecutor executor = Get(3);
        int[] three = await Meet(executor, 3);
        Assert.Same(executor, Get(3));
        Assert.Equal(three.Order(), (await Meet(executor, 3)).Order());
        Assert.Same(executor, Get(1));
        await Until.True(() => executor.WorkerProcessIds.Count == 1, "two workers have gone");
        Assert.Contains(executor.WorkerProcessIds[0], three);
        int stayed = executor.WorkerProcessIds[0];
        Assert.Same(executor, Get(2));
        Assert.Contains(stayed, await Meet(executor, 2));
    });

    [Fact]
    public Task Another_environment_gets_another_executor_unless_it_is_to_be_kept() => Limit(async () =>
    {
        ProcessPoolExecutor first = Get(1);
        var wanted = new ExecutorOptions { Environment = new Dictionary<string, string?> { ["LOKY_TEST_X"] = "1" } };
        Assert.Same(first, ReusableExecutor.Get(wanted, ReusePolicy.Always));
        ProcessPoolExecutor second = ReusableExecutor.Get(wanted);
        Assert.NotSame(first, second);
        Assert.Equal(1, second.MaxWorkers);
        Assert.Equal("1", await second.Submit(Environment.GetEnvironmentVariable, "LOKY_TEST_X"));
        Assert.Same(second, ReusableExecutor.Get());
        Assert.NotSame(second, ReusableExecutor.Get(reuse: ReusePolicy.Never));
    });

    [Fact]
    public Task After_a_shutdown_there_is_a_new_one() => Limit(async () =>
    {
        ProcessPoolExecutor first = Get(1);
        first.Shutdown();
        ProcessPoolExecutor second = Get(1);
        Assert.NotSame(first, second);
        Assert.Equal(1, await second.Submit(WorkerTasks.Same, 1));
    });

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(ExecutorOptions.MaxWorkersLimit + 1)]
    public void A_size_that_cannot_be_is_refused_with_its_value_and_bounds(int size)
    {
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => Get(size)).Message;
        Assert.Contains($"{size}", message, StringComparison.Ordinal);
        Assert.Contains($"{ExecutorOptions.MaxWorkersLimit}", message, StringComparison.Ordinal);
        ProcessPoolExecutor executor = Get(1);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => executor.Resize(size));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Sizes_in_turn_lose_no_task(bool replaceAndKill) => Limit(async () =>
    {
        List<Task<int>> tasks = [];
        foreach (int size in new[] { 12, 2, 1, 12, 6, 1, 8, 5 })
        {
            ProcessPoolExecutor executor = ReusableExecutor.Get(
                new ExecutorOptions { MaxWorkers = size }, replaceAndKill ? ReusePolicy.Never : ReusePolicy.Auto, killWorkers: replaceAndKill);
            int first = tasks.Count;
            tasks.AddRange(Enumerable.Range(first, 30).Select(i => executor.Submit(WorkerTasks.SleepThenSame, 3, i)));
            Assert.Equal(first, await executor.Submit(WorkerTasks.Same, first));
        }

        int done = 0;
        for (int i = 0; i < tasks.Count; i++)
        {
            try
            {
                Assert.Equal(i, await tasks[i]);
                done++;
            }
            catch (ShutdownExecutorException) when (replaceAndKill)
            {
                // Its executor was killed under it, and says so.
            }
        }

        Assert.InRange(done, replaceAndKill ? 30 : tasks.Count, tasks.Count);
    }, seconds: 120);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Ten_threads_share_it_and_each_gets_its_own_results(bool constantSize) => Limit(() => Task.WhenAll(Enumerable.Range(0, 10).Select(thread => Task.Run(async () =>
    {
        for (int round = 0; round < 5; round++)
        {
            ProcessPoolExecutor executor = Get(constantSize ? 2 : 1 + ((thread + round) % 4));
            int[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => executor.Submit(WorkerTasks.Same, (thread * 1000) + i)));
            Assert.Equal(Enumerable.Range(thread * 1000, 20), results);
        }
    }))), seconds: 120);

    [Fact]
    public Task A_submission_that_races_a_replacement_runs_on_the_new_one() => Limit(async () =>
    {
        ProcessPoolExecutor current = Get(1);
        using var stop = new CancellationTokenSource();
        int answers = 0;
        Task[] submitting = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                Assert.Equal(i, await Volatile.Read(ref current).Submit(WorkerTasks.Same, i));
                _ = Interlocked.Increment(ref answers);
            }
        }))];
        for (int round = 0; round < 8; round++)
        {
            int before = Volatile.Read(ref answers);
            Volatile.Write(ref current, ReusableExecutor.Get(reuse: ReusePolicy.Never));
            await Until.True(() => Volatile.Read(ref answers) > before || submitting.Any(task => task.IsFaulted), "the new executor answers");
        }

        await stop.CancelAsync();
        await Task.WhenAll(submitting);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public Task Workers_that_go_almost_at_once_lose_nothing(int milliseconds) => Guard.Run(
        new ExecutorOptions { MaxWorkers = 2, IdleTimeout = TimeSpan.FromMilliseconds(milliseconds) },
        async executor =>
        {
            for (int round = 0; round < 5; round++)
            {
                Task<int>[] slow = [.. Enumerable.Range(0, 5).Select(i => executor.Submit(WorkerTasks.SleepThenSame, 20, i))];
                List<int> results = await executor.Map(WorkerTasks.Same, SlowSource()).ToList();
                Assert.Equal(Enumerable.Range(0, 10), results);
                Assert.Equal(Enumerable.Range(0, 5), await Task.WhenAll(slow));
                await Until.True(() => executor.WorkerProcessIds.Count == 0, "all workers have gone");
            }

            static IEnumerable<int> SlowSource()
            {
                for (int i = 0; i < 10; i++)
                {
                    Thread.Sleep(5);
                    yield return i;
                }
            }
        });

    [Fact]
    public Task More_workers_than_processors_really_run_at_once() => Guard.Run(
        Environment.ProcessorCount + 3,
        async executor => Assert.Equal(Environment.ProcessorCount + 3, (await Meet(executor, Environment.ProcessorCount + 3)).Distinct().Count()));

    [Fact]
    public Task Nested_executors_end_without_waiting_to_be_idle() => Guard.Run(1, async executor => Assert.Equal(3, await executor.Submit(WorkerTasks.Nest, 2)));

    [Fact]
    public Task Nesting_ends_at_its_limit_with_a_reason() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 1, Environment = new Dictionary<string, string?> { ["LOKY_MAX_DEPTH"] = "3" } },
        async executor =>
        {
            Assert.Equal(3, await executor.Submit(WorkerTasks.Nest, 2));
            Exception error = await Assert.ThrowsAsync<LokyRecursionException>(() => executor.Submit(WorkerTasks.Nest, 3));
            Assert.Contains("LOKY_MAX_DEPTH", error.Message, StringComparison.Ordinal);
        });

    [Fact]
    public Task Ten_levels_are_allowed_and_eleven_are_not() => Guard.Run(1, async executor =>
    {
        Assert.Equal(10, await executor.Submit(WorkerTasks.Nest, 9));
        Exception error = await Assert.ThrowsAsync<LokyRecursionException>(() => executor.Submit(WorkerTasks.Nest, 10));
        Assert.Contains("LOKY_MAX_DEPTH", error.Message, StringComparison.Ordinal);
    }, seconds: 120);

    private static ProcessPoolExecutor Get(int size) => ReusableExecutor.Get(new ExecutorOptions { MaxWorkers = size });

    private static Task Limit(Func<Task> body, int seconds = 60) => Guard.Limit(body, () => ReusableExecutor.Get().Pool, seconds);

    private Task<int[]> Meet(ProcessPoolExecutor executor, int count)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
        return Task.WhenAll(Enumerable.Range(0, count).Select(_ => executor.Submit(WorkerTasks.Meet, folder, count)));
    }
}
