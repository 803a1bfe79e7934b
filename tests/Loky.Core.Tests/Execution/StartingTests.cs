using System.Diagnostics;
using System.Globalization;
using Loky.Execution;
using Loky.Launch;
using Loky.Scheduling;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>How many workers are started, and what becomes of those that die while they start.</summary>
[Collection(UsesWorkers.Name)]
public sealed class StartingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loky-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_call_that_may_use_two_workers_starts_two_however_many_there_may_be(bool startAll) => Guard.Limit(
        async () =>
        {
            PoolOptions options = PoolOptions.Of(new ExecutorOptions { MaxWorkers = 6 }, DotNetHost.CreateCommand()) with { StartAll = startAll };
            using var executor = new ProcessPoolExecutor(new WorkerPool(options));
            var group = new CountingGroup(Slow, 60, new TaskGroupOptions { MaxWorkers = 2, BatchSize = 1 }).RunOn(executor.Pool);
            await group.Completed;
            Assert.Empty(group.NotOnce);
            Assert.Equal(2, executor.Pool.GetStatus().Workers.Max(worker => worker.Number));
        },
        () => null);

    [Fact]
    public Task A_worker_that_ends_at_every_start_is_tried_three_times_and_then_blamed_itself() => Guard.Limit(
        async () =>
        {
            string log = Path.Combine(_folder, "starts");
            WorkerCommand command = OperatingSystem.IsWindows()
                ? new() { FileName = "cmd.exe", Arguments = ["/c", "echo started>>%LOKY_TEST_LOG% & exit 7"], Environment = new Dictionary<string, string?> { ["LOKY_TEST_LOG"] = log } }
                : new() { FileName = "/bin/sh", Arguments = ["-c", "echo started >> \"$0\"; exit 7", log] };
            var pool = new WorkerPool(PoolOptions.Of(new ExecutorOptions { MaxWorkers = 1 }, command));
            using var executor = new ProcessPoolExecutor(pool);
            BrokenExecutorException error = await Assert.ThrowsAsync<BrokenExecutorException>(() => executor.Submit(WorkerTasks.Same, 1));
            Assert.Equal(StartRetries.MaxTries, File.ReadAllLines(log).Length);
            Assert.Contains("EXIT(7)", error.Message, StringComparison.Ordinal);
            Assert.Contains("while it was starting", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("task was running", error.Message, StringComparison.Ordinal);
            await pool.Stopped.WaitAsync(Until.Limit);
        },
        () => null);

    [LinuxFact]
    public Task A_worker_that_is_killed_at_every_start_is_started_anew_after_growing_pauses() => Guard.Limit(
        async () =>
        {
            string log = Path.Combine(_folder, "starts");
            var command = new WorkerCommand { FileName = "/bin/sh", Arguments = ["-c", "cut -d ' ' -f 1 /proc/uptime >> \"$0\"; kill -KILL $$", log] };
            using var executor = new ProcessPoolExecutor(new WorkerPool(PoolOptions.Of(new ExecutorOptions { MaxWorkers = 1 }, command)));
            Task<int> task = executor.Submit(WorkerTasks.Same, 1);
            await Until.True(() => File.Exists(log) && File.ReadAllLines(log).Length >= 5, "it was started for the fifth time");
            double[] starts = [.. File.ReadAllLines(log).Select(static seconds => double.Parse(seconds, CultureInfo.InvariantCulture)).Take(5)];
            for (int i = 1; i < starts.Length; i++)
            {
                // The system tells hundredths of seconds.
                Assert.InRange(starts[i] - starts[i - 1], (0.1 * Math.Pow(2, i - 1)) - 0.011, double.MaxValue);
            }

            executor.Shutdown(killWorkers: true);
            _ = await Assert.ThrowsAsync<ShutdownExecutorException>(() => task);
        },
        () => null);

    [UnixFact]
    public Task A_program_that_is_no_worker_and_says_nothing_ends_with_its_executor() => Guard.Limit(
        async () =>
        {
            var command = new WorkerCommand { FileName = "/bin/sleep", Arguments = ["1000"] };
            using var executor = new ProcessPoolExecutor(new WorkerPool(PoolOptions.Of(new ExecutorOptions { MaxWorkers = 1 }, command)));
            Task<int> task = executor.Submit(WorkerTasks.Same, 1);
            await Until.True(() => executor.Pool.GetStatus().Workers is [{ ProcessId: > 0 }], "it was started");
            int id = executor.Pool.GetStatus().Workers[0].ProcessId;
            executor.Shutdown(killWorkers: true);
            _ = await Assert.ThrowsAsync<ShutdownExecutorException>(() => task);
            Assert.False(Processes.IsAlive(id));
        },
        () => null);

    [ExitInfoFact]
    public Task An_exit_code_that_looks_like_a_signal_is_told_as_the_exit_code_that_it_is() => Guard.Limit(
        async () =>
        {
            string log = Path.Combine(_folder, "starts");
            var command = new WorkerCommand { FileName = "/bin/sh", Arguments = ["-c", "echo started >> \"$0\"; sleep 0.2; exit 137", log] };
            var pool = new WorkerPool(PoolOptions.Of(new ExecutorOptions { MaxWorkers = 1 }, command));
            using var executor = new ProcessPoolExecutor(pool);
            BrokenExecutorException error = await Assert.ThrowsAsync<BrokenExecutorException>(() => executor.Submit(WorkerTasks.Same, 1));
            Assert.Equal(StartRetries.MaxTries, File.ReadAllLines(log).Length);
            Assert.Contains("EXIT(137)", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("SIGKILL", error.Message, StringComparison.Ordinal);
        },
        () => null);

    [Fact]
    public void Each_failed_start_lengthens_the_pause_before_the_next()
    {
        StartRetries starts = default;
        TimeSpan last = TimeSpan.Zero;
        for (int i = 0; i < 5; i++)
        {
            long now = Stopwatch.GetTimestamp();
            starts.Note(now, wasKilled: false, now);
            TimeSpan pause = starts.PauseLeft(now);
            Assert.True(pause > last, $"{pause} after {last}");
            last = pause;
        }

        Assert.InRange(last, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Assert.True(starts.PauseLeft(Stopwatch.GetTimestamp() + (10 * Stopwatch.Frequency)) <= TimeSpan.Zero);
    }

    [Fact]
    public void Workers_that_were_started_together_are_one_try()
    {
        StartRetries starts = default;
        for (int i = 0; i < 8; i++)
        {
            starts.Note(startedAt: 1000, wasKilled: false, now: 2000 + i);
        }

        Assert.Equal(1, starts.Failures);
        Assert.False(starts.IsHopeless(3000));
        starts.Note(startedAt: 4000, wasKilled: false, now: 5000);
        starts.Note(startedAt: 6000, wasKilled: false, now: 7000);
        Assert.True(starts.IsHopeless(7000));
    }

    [Fact]
    public void Starts_that_are_killed_from_outside_are_given_up_after_a_minute_only()
    {
        StartRetries starts = default;
        for (int i = 1; i <= 6; i++)
        {
            starts.Note(i * Stopwatch.Frequency, wasKilled: true, (i * Stopwatch.Frequency) + 1);
        }

        Assert.False(starts.IsHopeless(7 * Stopwatch.Frequency));
        Assert.True(starts.IsHopeless(70 * Stopwatch.Frequency));
    }

    [Fact]
    public void A_worker_told_to_end_that_has_done_all_it_had_is_not_shown_as_broken()
    {
        var worker = new Loky.Scheduling.Worker(1, startedAt: 0, new WorkerSet());
        worker.OnReady(now: 0);
        worker.OnToldToEnd(now: 0);
        Scheduler.OnClosed(worker, reason: null);
        Assert.Equal(WorkerState.Retiring, worker.State);
    }

    private static int Slow(int item)
    {
        Thread.Sleep(40);
        return item;
    }
}
