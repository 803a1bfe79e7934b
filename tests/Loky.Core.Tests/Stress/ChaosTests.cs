using Loky.Execution;
using Loky.Scheduling;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Loky.Tests.Stress;

/// <summary>A killer goes round among the workers while they run thousands of short tasks.</summary>
[Collection(UsesWorkers.Name)]
[Trait("Category", StressForm.Category)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private static readonly int Tasks = StressForm.Pick(500, 20_000);

    // A worker must live longer than it takes to start, on the average, for the run to come to an end.
    [Theory]
    [InlineData(1, 400)]
    [InlineData(2, 150)]
    [InlineData(4, 50)]
    [InlineData(13, 50)]
    public Task Every_item_ends_exactly_once_and_none_runs_twice(int workers, int killEvery) =>
        Kill($"{workers} workers", workers, killEvery, new TaskGroupOptions());

    [Fact]
    public Task Two_deaths_at_the_same_moment_fail_no_more_than_two_items() =>
        Kill("two at once", workers: 4, killEvery: 100, new TaskGroupOptions(), atOnce: 2);

    [Fact]
    public Task Items_that_are_taken_back_while_workers_die_end_exactly_once() =>
        Kill("taken back", workers: 4, killEvery: 100, new TaskGroupOptions { Cost = ItemCost.Of(1) }, work: StressRun.WorkUnevenlyIn);

    [Fact]
    public Task Items_that_are_tried_again_all_succeed() => Kill("with 20 retries", workers: 4, killEvery: 50, new TaskGroupOptions { Retries = 20 });

    [Fact]
    public Task Submitted_tasks_end_exactly_once_and_none_runs_twice() => StressForm.Repeat(output, "submitted", run => Guard.Run(4, async executor =>
    {
        int tasks = Tasks / 2;
        string folder = run.NewFolder();
        int victims = 0;
        using var window = new SemaphoreSlim(64);
        var killer = new Killer(executor.Pool, 50, run.Random);
        using (killer)
        {
            await Task.WhenAll(Enumerable.Range(0, tasks).Select(async i =>
            {
                await window.WaitAsync();
                try
                {
                    Assert.Equal(i, await executor.Submit(WorkerTasks.Log, folder, i));
                }
                catch (TerminatedWorkerException)
                {
                    _ = Interlocked.Increment(ref victims);
                }
                finally
                {
                    window.Release();
                }
            }));
        }

        run.Add(killer.Kills);
        run.Check(tasks, victims, folder);
    }, StressForm.Seconds));

    private Task Kill(string what, int workers, int killEvery, TaskGroupOptions options, int atOnce = 1, Func<string, Func<int, int>>? work = null) => StressForm.Repeat(output, what, run => Guard.Run(workers, async executor =>
    {
        string folder = run.NewFolder();
        CountingGroup group;
        var killer = new Killer(executor.Pool, killEvery, run.Random, atOnce);
        using (killer)
        {
            group = new CountingGroup((work ?? StressRun.WorkIn)(folder), Tasks, options).RunOn(executor.Pool);
            await group.Completed;
        }

        run.Add(killer.Kills);
        Assert.InRange(group.Lost, 0, options.Retries > 0 ? 0 : killer.Kills);
        run.Check(group, folder, mayRunTwice: options.Retries > 0);

        // The pool is as good as new.
        Assert.Equal(7, await executor.Submit(WorkerTasks.Same, 7));
    }, StressForm.Seconds));
}
