using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

[Collection(UsesWorkers.Name)]
public sealed class MapTests(MapTests.SharedExecutor shared) : IClassFixture<MapTests.SharedExecutor>
{
    private readonly ProcessPoolExecutor _executor = shared.Executor;

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(40)]
    [InlineData(50)]
    public Task It_equals_the_sequential_result_in_batches_of_any_size(int? size) => Check(async () =>
    {
        int[] items = [.. Enumerable.Range(0, 40)];
        int[] expected = [.. items.Select(Square)];
        Assert.Equal(expected, await _executor.Map(Square, items, new MapOptions { BatchSize = size }).ToList());
        Assert.Equal(expected, (await _executor.Map(Square, items, new MapOptions { BatchSize = size, Ordered = false }).ToList()).Order());
    });

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public void A_batch_size_that_cannot_be_is_refused_with_its_value_and_bound(int size)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => _executor.Map(Square, [1], new MapOptions { BatchSize = size }));
        Assert.Equal(nameof(MapOptions.BatchSize), error.ParamName);
        Assert.Equal(size, error.ActualValue);
        Assert.Contains($"{size}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task Nothing_gives_nothing() => Check(async () => Assert.Empty(await _executor.Map(Square, Array.Empty<int>()).ToList()));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public Task A_failure_comes_after_the_results_before_it(int size) => Check(async () =>
    {
        List<int> results = [];
        ArithmeticException error = await Assert.ThrowsAsync<ArithmeticException>(async () =>
        {
            await foreach (int result in _executor.Map(FailAtThirty, Enumerable.Range(0, 50), new MapOptions { BatchSize = size }))
            {
                results.Add(result);
            }
        });
        Assert.Equal("thirty", error.Message);
        Assert.Contains(nameof(FailAtThirty), error.ToString(), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 30), results);
    });

    [LinuxFact]
    public Task What_its_delegate_has_captured_is_in_memory_once_for_all_workers() => Check(async () =>
    {
        byte[] bytes = [.. Enumerable.Range(0, 40 << 20).Select(static i => (byte)i)];
        double[] numbers = [.. Enumerable.Range(0, 1 << 20).Select(static i => i / 4.0)];
        Func<int, (byte, double, long, long)> task = item =>
        {
            long sum = bytes.Sum(static one => (long)one) + (long)numbers.Sum();
            (long mapped, long own) = SharedPages.Of("memfd:loky-");
            return (bytes[item], numbers[item], sum == 0 ? -1 : mapped, own);
        };
        List<(byte, double, long, long)> results = await _executor.Map(task, Enumerable.Range(1, 20)).ToList();
        Assert.Equal(Enumerable.Range(1, 20).Select(static i => ((byte)i, i / 4.0)), results.Select(static result => (result.Item1, result.Item2)));
        Assert.All(results, static result => Assert.InRange(result.Item3, 87 << 20, 128 << 20));
        Assert.All(results, static result => Assert.Equal(0, result.Item4));
    });

    [Fact]
    public Task A_death_comes_after_the_results_before_it() => Check(async () =>
    {
        List<int> results = [];
        TerminatedWorkerException error = await Assert.ThrowsAsync<TerminatedWorkerException>(async () =>
        {
            await foreach (int result in _executor.Map(DieAtThirty, Enumerable.Range(0, 50), new MapOptions { BatchSize = 7 }))
            {
                results.Add(result);
            }
        });
        Assert.Equal("EXIT(3)", error.ExitReason);
        Assert.Equal(Enumerable.Range(0, 30), results);
    });

    [Fact]
    public Task A_source_that_throws_ends_the_map_with_its_own_exception() => Check(async () =>
    {
        static IEnumerable<int> Source()
        {
            yield return 1;
            throw new InvalidDataException("the source broke");
        }

        InvalidDataException error = await Assert.ThrowsAsync<InvalidDataException>(() => _executor.Map(Square, Source()).ToList());
        Assert.Equal("the source broke", error.Message);
    });

    [Fact]
    public Task A_time_limit_ends_the_map_after_its_first_results() => Check(async () =>
    {
        List<int> results = [];
        _ = await Assert.ThrowsAsync<TimeoutException>(async () =>
        {
            await foreach (int result in _executor.Map(SleepFromTen, Enumerable.Range(0, 20), new MapOptions { BatchSize = 1, Timeout = TimeSpan.FromSeconds(3) }))
            {
                results.Add(result);
            }
        });
        Assert.Equal(Enumerable.Range(0, 10), results);
    });

    [Fact]
    public Task A_time_limit_of_each_task_costs_that_task_alone() => Check(async () =>
    {
        TaskTimeoutException error = await Assert.ThrowsAsync<TaskTimeoutException>(
            () => _executor.Map(SleepFromTen, Enumerable.Range(0, 20), new MapOptions { BatchSize = 5, TaskTimeout = TimeSpan.FromSeconds(1) }).ToList());
        Assert.True(error.WorkerProcessId > 0);
    });

    [Fact]
    public Task Leaving_a_map_early_stops_its_items() => Check(async () =>
    {
        await foreach (int result in _executor.Map(Square, Endless()))
        {
            if (result > 10_000)
            {
                break;
            }
        }

        await Until.True(() => _executor.Pool.GetStatus() is { TasksPending: 0 } status && status.Workers.All(worker => worker.TasksRunning == 0), "nothing of it is left");

        static IEnumerable<int> Endless()
        {
            for (int i = 0; ; i = (i + 1) % 1000)
            {
                yield return i;
            }
        }
    });

    [Fact]
    public Task Cancelling_ends_a_map() => Check(async () =>
    {
        using var cancel = new CancellationTokenSource();
        Task<List<int>> map = _executor.Map(SleepFromTen, Enumerable.Range(10, 20), cancellation: cancel.Token).ToList();
        await Until.True(() => _executor.Pool.GetStatus().Workers.Any(worker => worker.TasksRunning > 0), "it runs");
        await cancel.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => map);
    });

    [Fact]
    public Task Many_maps_at_once_get_their_own_results() => Check(() => Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
    {
        List<int> results = await _executor.Map(Square, Enumerable.Range(number * 1000, 2000), new MapOptions { Ordered = number % 2 == 0 }).ToList();
        Assert.Equal(Enumerable.Range(number * 1000, 2000).Select(Square), number % 2 == 0 ? results : results.Order());
    })));

    private static int Square(int item) => item * item;

    private static int FailAtThirty(int item) => item == 30 ? throw new ArithmeticException("thirty") : item;

    private static int DieAtThirty(int item)
    {
        if (item == 30)
        {
            Deaths.Die(Death.ExitThree);
        }

        return item;
    }

    private static int SleepFromTen(int item)
    {
        if (item >= 10)
        {
            Thread.Sleep(TimeSpan.FromSeconds(60));
        }

        return item;
    }

    /// <summary>Each test ends with a look whether the executor still does what it should.</summary>
    private Task Check(Func<Task> body) => Guard.Limit(
        async () =>
        {
            await body();
            Assert.Equal(Enumerable.Range(0, 50), await Task.WhenAll(Enumerable.Range(0, 50).Select(i => _executor.Submit(WorkerTasks.Same, i))));
        },
        () => _executor.Pool);

    /// <summary>The executor of all these tests, warm so that time limits are not spent on its start.</summary>
    public sealed class SharedExecutor : IDisposable
    {
        public SharedExecutor() => _ = Executor.Submit(WorkerTasks.Same, 1).GetAwaiter().GetResult();

        public ProcessPoolExecutor Executor { get; } = new(new ExecutorOptions { MaxWorkers = 2 });

        public void Dispose() => Executor.Dispose();
    }
}
