using Loky.Execution;
using Loky.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Loky.Tests.Execution;

/// <summary>A killer goes round among the workers while they run thousands of short tasks.</summary>
[Collection(UsesWorkers.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    // The long form is what the figures of a release are taken from.
    private static readonly int Tasks = Environment.GetEnvironmentVariable("LOKY_STRESS") == "long" ? 20_000 : 3_000;
    private static readonly int Seconds = Environment.GetEnvironmentVariable("LOKY_STRESS") == "long" ? 900 : 120;

    // A worker must live longer than it takes to start, on the average, for the run to come to an end.
    [Theory]
    [InlineData(1, 400)]
    [InlineData(2, 100)]
    [InlineData(4, 50)]
    [InlineData(13, 50)]
    public Task Every_item_ends_exactly_once_and_none_runs_twice(int workers, int killEvery) => Run(workers, killEvery, new TaskGroupOptions(), (group, ran) =>
    {
        Assert.DoesNotContain(ran, pair => pair.Value > 1);
        for (int item = 0; item < Tasks; item++)
        {
            Assert.True(ran.ContainsKey(item) || !group.HasSucceeded(item), $"Item {item} has a result and did not run.");
        }
    });

    [Fact]
    public Task Items_that_are_tried_again_all_succeed() => Run(4, 50, new TaskGroupOptions { Retries = 20 }, (group, ran) =>
    {
        Assert.Equal(0, group.Lost);
        Assert.Equal(Tasks, ran.Count);
    });

    [Fact]
    public Task Submitted_tasks_end_exactly_once_and_none_runs_twice() => InFolder(folder => Guard.Run(4, async executor =>
    {
        using var killer = new Killer(executor.Pool, everyMilliseconds: 50);
        int lost = 0;
        using var window = new SemaphoreSlim(64);
        await Task.WhenAll(Enumerable.Range(0, Tasks / 4).Select(async i =>
        {
            await window.WaitAsync();
            try
            {
                Assert.Equal(i, await executor.Submit(WorkerTasks.Log, folder, i));
            }
            catch (TerminatedWorkerException)
            {
                _ = Interlocked.Increment(ref lost);
            }
            finally
            {
                window.Release();
            }
        }));
        output.WriteLine($"{Tasks / 4} tasks, {killer.Kills} deaths, {lost} lost");
        Assert.DoesNotContain(WorkerTasks.ReadLog(folder), pair => pair.Value > 1);
    }, Seconds));

    private Task Run(int workers, int killEvery, TaskGroupOptions options, Action<CountingGroup, Dictionary<int, int>> check) => InFolder(folder => Guard.Run(workers, async executor =>
    {
        CountingGroup group;
        int kills;
        using (var killer = new Killer(executor.Pool, killEvery))
        {
            group = new CountingGroup(WorkIn(folder), Tasks, options).RunOn(executor.Pool);
            await group.Completed;
            kills = killer.Kills;
        }

        Dictionary<int, int> ran = WorkerTasks.ReadLog(folder);
        output.WriteLine($"{workers} workers: {Tasks} tasks, {kills} deaths, {group.Lost} lost, {ran.Count(pair => pair.Value > 1)} run twice");
        Assert.Empty(group.NotOnce);
        Assert.Equal(0, group.Failed);
        Assert.Equal(0, group.LateEnds);
        Assert.True(kills > 0);
        check(group, ran);

        // The pool is as good as new.
        Assert.Equal(7, await executor.Submit(WorkerTasks.Same, 7));
    }, Seconds));

    /// <summary>A task that captures its folder and nothing else.</summary>
    private static Func<int, int> WorkIn(string folder) => item => Work(folder, item);

    /// <summary>Short, but not so short that all is over before the killer comes round.</summary>
    private static int Work(string folder, int item)
    {
        _ = WorkerTasks.Log(folder, item);
        Thread.SpinWait(20_000);
        return item;
    }

    private static async Task InFolder(Func<string, Task> body)
    {
        string folder = Directory.CreateTempSubdirectory("loky-chaos-").FullName;
        try
        {
            await body(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
