using Loky.Runs;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Runs;

[Collection(UsesWorkers.Name)]
public sealed class MapLogTests : IDisposable
{
    private readonly LogFile _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public Task A_map_keeps_a_log_and_a_later_one_leaves_out_what_succeeded() => Guard.Run(2, async executor =>
    {
        var options = new MapOptions { LogPath = _log.Path, Ordered = false };
        _ = await Assert.ThrowsAsync<DivideByZeroException>(() => executor.Map(WorkerTasks.TwelveBy, [1, 2, 0, 3, 4], options with { Ordered = true, BatchSize = 1, MaxWorkers = 1 }).ToList());
        Assert.Contains(_log.Read(), static line => line.Item == 3 && line.Outcome == AttemptOutcome.Failed);
        int left = 5 - _log.Read().Count(static line => line.Kind == RunLogLineKind.Attempt && line.Outcome == AttemptOutcome.Succeeded);
        Assert.InRange(left, 1, 3);

        // The third item fails again, and is the only one that cannot have a result.
        List<int> results = [];
        _ = await Assert.ThrowsAsync<DivideByZeroException>(async () =>
        {
            await foreach (int result in executor.Map(WorkerTasks.TwelveBy, [1, 2, 0, 3, 4], options with { Resume = true }))
            {
                results.Add(result);
            }
        });
        Assert.DoesNotContain(12, results);
    });

    [Fact]
    public Task What_has_all_succeeded_is_not_run_again() => Guard.Run(1, async executor =>
    {
        var options = new MapOptions { LogPath = _log.Path };
        Assert.Equal([7, 8, 9], await executor.Map(WorkerTasks.Same, [7, 8, 9], options).ToList());
        Assert.Equal([RunLogLineKind.Run, RunLogLineKind.Attempt, RunLogLineKind.Attempt, RunLogLineKind.Attempt, RunLogLineKind.End], _log.Read().Select(static line => line.Kind));
        Assert.Equal([10], await executor.Map(WorkerTasks.Same, [7, 8, 9, 10], options with { Resume = true }).ToList());
        Assert.Equal([7], await executor.Map(WorkerTasks.Same, [7], options with { Force = true }).ToList());
        Assert.Equal(3, _log.Read().Count);
    });

    [Fact]
    public Task A_map_that_leaves_out_all_that_comes_can_be_cancelled() => Guard.Run(1, async executor =>
    {
        var options = new MapOptions { LogPath = _log.Path };
        Assert.Equal(2000, (await executor.Map(WorkerTasks.Same, Enumerable.Range(0, 2000), options).ToList()).Count);
        using var cancellation = new CancellationTokenSource();
        int asked = 0;
        IEnumerable<int> slow = Enumerable.Range(0, 2000).Select(item =>
        {
            if (++asked == 3)
            {
                cancellation.Cancel();
            }

            Thread.Sleep(5);
            return item;
        });
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (int result in executor.Map(WorkerTasks.Same, slow, options with { Resume = true }).WithCancellation(cancellation.Token))
            {
                Assert.Fail($"{result} was run again.");
            }
        });
        Assert.InRange(asked, 3, 1000);
    });

    [Fact]
    public Task What_does_not_fit_is_told_as_an_exception_that_callers_know() => Guard.Run(1, async executor =>
    {
        var options = new MapOptions { LogPath = _log.Path };
        Assert.Equal([1, 2], await executor.Map(WorkerTasks.Same, [1, 2], options).ToList());
        IOException exists = await Assert.ThrowsAsync<IOException>(() => executor.Map(WorkerTasks.Same, [1, 2], options).ToList());
        Assert.Contains(_log.Path, exists.Message, StringComparison.Ordinal);
        _ = await Assert.ThrowsAsync<InvalidDataException>(() => executor.Map(WorkerTasks.TwelveBy, [1, 2], options with { Resume = true }).ToList());
        _ = await Assert.ThrowsAsync<InvalidDataException>(() => executor.Map(WorkerTasks.Same, [1, 3], options with { Resume = true }).ToList());
        InvalidDataException fewer = await Assert.ThrowsAsync<InvalidDataException>(() => executor.Map(WorkerTasks.Same, [1], options with { Resume = true }).ToList());
        Assert.Contains("has 1 items", fewer.Message, StringComparison.Ordinal);
        Assert.Equal([3], await executor.Map(WorkerTasks.Same, [1, 3], options with { Resume = true, Force = true }).ToList());
    });

    [Fact]
    public void What_to_do_with_a_log_is_refused_without_its_path()
    {
        foreach (MapOptions options in new[] { new MapOptions { Resume = true }, new MapOptions { Force = true }, new MapOptions { LogPath = string.Empty } })
        {
            ArgumentException refused = Assert.Throws<ArgumentException>(options.Validate);
            Assert.Equal(nameof(MapOptions.LogPath), refused.ParamName);
        }
    }
}
