using System.Diagnostics;
using Loky.Channel;
using Loky.Execution;
using Loky.Scheduling;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Loky.Tests.Stress;

/// <summary>Deaths at the moments at which a pool changes: whoever dies then, each item ends exactly once and none runs twice.</summary>
[Collection(UsesWorkers.Name)]
[Trait("Category", StressForm.Category)]
public sealed class BadMomentTests(ITestOutputHelper output)
{
    private static readonly int[] Sizes = [3, 1, 4, 2];
    private static readonly int Rounds = StressForm.Pick(4, 60);
    private static readonly int Items = StressForm.Pick(150, 2_000);

    [Fact]
    public Task Death_while_starting() => Repeat("death while starting", workers: 3, async (run, executor) =>
    {
        string folder = run.NewFolder();
        var group = new CountingGroup(StressRun.WorkIn(folder), Items).RunOn(executor.Pool);

        // Each worker once, as soon as it has a process: some before they run a line of ours, some while they connect.
        HashSet<int> killed = [];
        while (killed.Count < 3 * Rounds && !group.Completed.IsCompleted)
        {
            foreach (WorkerStatus worker in executor.Pool.GetStatus().Workers)
            {
                if (worker is { State: WorkerState.Starting, ProcessId: > 0 } && !killed.Contains(worker.ProcessId))
                {
                    await Task.Delay(run.Random.Next(0, 60));
                    Kill(run, worker.ProcessId);
                    _ = killed.Add(worker.ProcessId);
                }
            }

            await Task.Yield();
        }

        await group.Completed;
        run.Check(group, folder);
    });

    [Fact]
    public Task Death_while_resizing() => Repeat("death while resizing", workers: 2, async (run, executor) =>
    {
        string folder = run.NewFolder();
        var group = new CountingGroup(StressRun.WorkIn(folder), Items).RunOn(executor.Pool);
        for (int round = 0; !group.Completed.IsCompleted; round++)
        {
            executor.Resize(Sizes[round % Sizes.Length]);
            if (round < 2 * Rounds)
            {
                KillOne(run, executor);
            }

            await Task.WhenAny(group.Completed, Task.Delay(run.Random.Next(0, 60)));
        }

        run.Check(group, folder);
    });

    [Fact]
    public Task Death_while_idle_workers_retire() => Repeat(
        "death while retiring",
        new ExecutorOptions { MaxWorkers = 2, IdleTimeout = TimeSpan.FromMilliseconds(1) },
        async (run, executor) =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                string folder = run.NewFolder();
                var group = new CountingGroup(StressRun.WorkIn(folder), 4).RunOn(executor.Pool);
                await group.Completed;
                Pause(run.Random.Next(0, 3000));
                KillOne(run, executor);
                run.Check(group, folder);
            }
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Death_while_shutting_down(bool kill) => StressForm.Repeat(output, $"death while shutting down, {(kill ? "killing" : "waiting")}", async run =>
    {
        for (int round = 0; round < Math.Max(1, Rounds / 2); round++)
        {
            await Guard.Run(2, async executor =>
            {
                string folder = run.NewFolder();
                var group = new CountingGroup(StressRun.WorkIn(folder), Items).RunOn(executor.Pool);
                await Until.True(() => group.Succeeded > 5 || group.Completed.IsCompleted, "the group is under way");
                int[] workers = [.. executor.WorkerProcessIds];
                executor.Shutdown(wait: false, killWorkers: kill);
                KillOne(run, executor);
                Pause(run.Random.Next(0, 3000));
                KillOne(run, executor);
                await executor.Pool.Stopped;
                await Processes.Gone(workers);
                if (kill)
                {
                    // What has no end of its own ended with the group.
                    Exception? error = await Record.ExceptionAsync(() => group.Completed);
                    Assert.True(error is null or ShutdownExecutorException, $"{error}");
                    run.Check(group.Count, group.Count - group.Succeeded, folder);
                }
                else
                {
                    await group.Completed;
                    run.Check(group, folder);
                }
            }, StressForm.Seconds);
        }
    });

    [Fact]
    public Task Death_in_the_middle_of_a_large_result() => Repeat("death in a large result", workers: 2, async (run, executor) =>
    {
        string folder = run.NewFolder();
        CountingGroup group;
        var killer = new Killer(executor.Pool, 100, run.Random);
        using (killer)
        {
            group = new CountingGroup(LargeIn(folder), Items / 3, new TaskGroupOptions { BatchSize = 2 }).RunOn(executor.Pool);
            await group.Completed;
        }

        run.Add(killer.Kills);
        Assert.InRange(group.Lost, 0, killer.Kills);
        run.Check(group, folder);
    });

    [LinuxFact]
    public Task Death_behind_a_message_that_is_half_written() => Repeat("death behind half a message", workers: 2, async (run, executor) =>
    {
        string folder = run.NewFolder();
        var group = new CountingGroup(HalfMessageIn(folder), Items).RunOn(executor.Pool);
        await group.Completed;
        int dead = Enumerable.Range(0, Items).Count(IsDeadly);
        run.Add(dead);
        Assert.DoesNotContain(Enumerable.Range(0, Items), item => IsDeadly(item) && group.HasSucceeded(item));
        Assert.InRange(group.Lost, dead, Items);
        run.Check(group, folder);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(13)]
    public Task Workers_that_kill_each_other(int workers) => Repeat($"{workers} that kill each other", workers, async (run, executor) =>
    {
        _ = await executor.Submit(WorkerTasks.Same, 0);
        for (int round = 0; round < StressForm.Pick(2, 20); round++)
        {
            string folder = run.NewFolder();
            int[] ids = [.. executor.WorkerProcessIds];
            Task<int>[] tasks = [.. ids.Concat(ids).Select((id, i) => executor.Submit(LogThenKill(folder, ids[(i + 1) % ids.Length]), i))];
            int victims = 0;
            foreach (Task<int> task in tasks)
            {
                victims += await Record.ExceptionAsync(() => task) switch
                {
                    null => 0,
                    TerminatedWorkerException => 1,
                    Exception other => throw other,
                };
            }

            run.Add(ids.Count(id => !Processes.IsAlive(id)));
            run.Check(tasks.Length, victims, folder);
        }
    });

    private static bool IsDeadly(int item) => item % 30 == 20;

    private static Func<int, byte[]> LargeIn(string folder) => item =>
    {
        _ = WorkerTasks.Log(folder, item);
        return new byte[3_000_000];
    };

    private static Func<int, int> HalfMessageIn(string folder) => item =>
    {
        _ = WorkerTasks.Log(folder, item);
        if (IsDeadly(item))
        {
            // A frame of a thousand bytes is begun, and nothing may follow it: what kills is compiled before.
            Processes.Signal(Environment.ProcessId, 0);
            OwnChannel.Write([232, 3, 0, 0, (byte)FrameType.Records, 1, 2, 3]);
            Processes.Signal(Environment.ProcessId, Processes.SigKill);
            Thread.Sleep(Timeout.Infinite);
        }

        return item;
    };

    private static Func<int, int> LogThenKill(string folder, int other) => item =>
    {
        _ = WorkerTasks.Log(folder, item);
        Processes.Kill(other);
        return item;
    };

    private static void KillOne(StressRun run, ProcessPoolExecutor executor)
    {
        int[] alive = [.. executor.WorkerProcessIds.Where(Processes.IsAlive)];
        if (alive.Length > 0)
        {
            Kill(run, alive[run.Random.Next(alive.Length)]);
        }
    }

    private static void Kill(StressRun run, int processId)
    {
        if (Processes.IsAlive(processId))
        {
            Processes.Signal(processId, Processes.SigKill);
            run.Add(deaths: 1);
        }
    }

    /// <summary>Lets a moment pass that is shorter than any timer's.</summary>
    private static void Pause(int microseconds)
    {
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun).TotalMicroseconds < microseconds)
        {
            Thread.SpinWait(50);
        }
    }

    private Task Repeat(string what, int workers, Func<StressRun, ProcessPoolExecutor, Task> body) =>
        Repeat(what, new ExecutorOptions { MaxWorkers = workers }, body);

    private Task Repeat(string what, ExecutorOptions options, Func<StressRun, ProcessPoolExecutor, Task> body) =>
        StressForm.Repeat(output, what, run => Guard.Run(options, executor => body(run, executor), StressForm.Seconds));
}
