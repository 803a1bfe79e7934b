using Loky.Execution;
using Loky.Launch;
using Loky.Remote;
using Loky.Scheduling;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Remote;

/// <summary>What a host does because time has passed, on a clock of the test's own.</summary>
[Collection(UsesWorkers.Name)]
public sealed class HostClockTests
{
    [Fact]
    public async Task Waiting_in_a_queue_is_no_timeout_but_what_comes_after_it_has_one()
    {
        var clock = new ManualClock();
        var connector = new ControlledConnector("slow");
        WorkerPool pool = NewPool(clock, connector.Host);
        var group = new CountingGroup(WorkerTasks.Same, 1).RunOn(pool);
        await Until.True(() => connector.Attempts == 1, "the host is tried");
        connector.Tell(HostStage.Queued);
        clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(HostStage.Queued, Assert.Single(pool.GetStatus().Hosts).Stage);
        Assert.Equal(1, connector.Attempts);

        connector.Tell(HostStage.Connecting);
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(HostStage.Connecting, Assert.Single(pool.GetStatus().Hosts).Stage);
        clock.Advance(TimeSpan.FromSeconds(2));
        await Until.True(() => pool.GetStatus().Hosts[0].LastError is not null, "the try is given up");
        Assert.Contains("60", pool.GetStatus().Hosts[0].LastError, StringComparison.Ordinal);
        Assert.Contains("'slow'", pool.GetStatus().Hosts[0].LastError, StringComparison.Ordinal);
        pool.Shutdown(kill: true);
        await pool.Stopped.WaitAsync(Until.Limit);
        _ = await Assert.ThrowsAsync<ShutdownExecutorException>(() => group.Completed);
    }

    [Fact]
    public async Task Tries_that_fail_are_followed_by_pauses_of_one_second_and_of_two()
    {
        var clock = new ManualClock();
        var connector = new ControlledConnector("bad");
        WorkerPool pool = NewPool(clock, connector.Host);
        var group = new CountingGroup(WorkerTasks.Same, 1).RunOn(pool);
        foreach ((int attempt, double pause) in new[] { (1, 1.0), (2, 2.0) })
        {
            await Until.True(() => connector.Attempts == attempt, "the host is tried");
            connector.Fail($"attempt {attempt}");
            await Until.True(() => clock.NextIn == TimeSpan.FromSeconds(pause), $"a pause of {pause} s is waited for");
            clock.Advance(TimeSpan.FromSeconds(pause - 0.1));
            Assert.Equal(attempt, connector.Attempts);
            clock.Advance(TimeSpan.FromSeconds(0.2));
        }

        await Until.True(() => connector.Attempts == 3, "the host is tried for the last time");
        connector.Fail("attempt 3");
        BrokenExecutorException error = await Assert.ThrowsAsync<BrokenExecutorException>(() => group.Completed.WaitAsync(Until.Limit));
        Assert.Contains("attempt 3", error.Message, StringComparison.Ordinal);
        await pool.Stopped.WaitAsync(Until.Limit);
    }

    [Fact]
    public async Task A_host_whose_time_is_nearly_over_finishes_what_it_has_and_is_out_then_which_is_said_once()
    {
        var clock = new ManualClock();
        ScriptedHost ending = EndingHost(clock, clock.GetUtcNow() + TimeSpan.FromSeconds(70));
        WorkerPool pool = NewPool(clock, ending.Host, WorkerHost.ThisMachine(1));
        string folder = Directory.CreateTempSubdirectory("loky-test-").FullName;
        try
        {
            string go = Path.Combine(folder, "go");
            var group = new CountingGroup(WaitFor(folder, go), 20, new TaskGroupOptions { BatchSize = 1 }).RunOn(pool);
            await Until.True(() => Directory.GetFiles(folder).Length == 2, "both workers have begun");
            int far = pool.GetStatus().Workers.Single(static worker => worker.HostName == "ending").ProcessId;
            await Drain(pool, clock);
            File.WriteAllText(go, string.Empty);
            await group.Completed.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal((20, 0), (group.Succeeded, group.Lost));
            Assert.Single(Directory.GetFiles(folder, $"{far}-*"));

            // A worker that was told to end and does not is killed five seconds later, which this clock has to come to.
            clock.Advance(TimeSpan.FromSeconds(6));
            await Until.True(() => pool.GetStatus().Hosts[0].Stage == HostStage.Out && !Processes.IsAlive(far), "the host is out");

            // Whoever still calls is told, once; and nobody tries the host again.
            group = new CountingGroup(WaitFor(folder, go), 20, new TaskGroupOptions { BatchSize = 1 }).RunOn(pool);
            await group.Completed.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(20, group.Succeeded);
            Assert.InRange(group.Warnings.Count, 0, 1);
            Assert.All(group.Warnings, static warning => Assert.Contains("The time of host 'ending' is over", warning, StringComparison.Ordinal));
            Assert.Equal(1, ending.Attempts);
        }
        finally
        {
            pool.Shutdown(kill: true);
            await pool.Stopped.WaitAsync(Until.Limit);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Items_that_wait_when_the_time_of_the_last_host_is_over_end_with_that_as_the_reason()
    {
        var clock = new ManualClock();
        ScriptedHost ending = EndingHost(clock, clock.GetUtcNow() + TimeSpan.FromSeconds(70));
        await RunUntilItDrains(clock, ending, async (pool, group) =>
        {
            BrokenExecutorException error = await Assert.ThrowsAsync<BrokenExecutorException>(() => group.Completed.WaitAsync(TimeSpan.FromSeconds(60)));
            Assert.Contains("The time of host 'ending' is over", error.Message, StringComparison.Ordinal);
            Assert.Equal((1, 0), (group.Succeeded, group.Lost));
            Assert.Equal(1, ending.Attempts);
            await pool.Stopped.WaitAsync(Until.Limit);
        });
    }

    [Fact]
    public async Task A_host_that_gets_time_anew_with_each_connection_is_asked_for_it_while_items_wait()
    {
        var clock = new ManualClock();
        ScriptedHost ending = EndingHost(clock, null);
        await RunUntilItDrains(clock, ending, async (pool, group) =>
        {
            await group.Completed.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal((3, 0), (group.Succeeded, group.Lost));
            Assert.Equal(2, ending.Attempts);
            Assert.Empty(group.Warnings);
            pool.Shutdown(kill: true);
            await pool.Stopped.WaitAsync(Until.Limit);
        });
    }

    /// <summary>Runs the first of three items until its host drains, lets it end, and the host with it.</summary>
    private static async Task RunUntilItDrains(ManualClock clock, ScriptedHost ending, Func<WorkerPool, CountingGroup, Task> then)
    {
        WorkerPool pool = NewPool(clock, ending.Host);
        string folder = Directory.CreateTempSubdirectory("loky-test-").FullName;
        try
        {
            string go = Path.Combine(folder, "go");
            var group = new CountingGroup(WaitFor(folder, go), 3, new TaskGroupOptions { BatchSize = 1 }).RunOn(pool);
            await Until.True(() => Directory.GetFiles(folder).Length == 1, "the worker has begun");
            int far = pool.GetStatus().Workers.Single(static worker => worker.ProcessId > 0).ProcessId;
            await Drain(pool, clock);
            File.WriteAllText(go, string.Empty);
            await Until.True(() => group.Succeeded == 1, "the item has ended");
            clock.Advance(TimeSpan.FromSeconds(6));
            await Until.True(() => !Processes.IsAlive(far), "its worker has ended");
            await then(pool, group);
        }
        finally
        {
            pool.Shutdown(kill: true);
            await pool.Stopped.WaitAsync(Until.Limit);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Drain(WorkerPool pool, ManualClock clock)
    {
        Assert.Equal(HostStage.Connected, pool.GetStatus().Hosts[0].Stage);
        clock.Advance(TimeSpan.FromSeconds(11));
        await Until.True(() => pool.GetStatus().Hosts[0].Stage == HostStage.Draining, "the host drains");
    }

    /// <summary>Makes a host of one worker whose time is over at a moment, or seventy seconds after each time that it is reached.</summary>
    private static ScriptedHost EndingHost(ManualClock clock, DateTimeOffset? endsAt) => new("ending", 1, stream => Task.Factory.StartNew(
        () => AgentProcess.Run(stream, stream, DotNetHost.CreateCommand(), clock), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
    {
        EndsAt = () => endsAt ?? clock.GetUtcNow() + TimeSpan.FromSeconds(70),
        RenewsTime = endsAt is null,
    };

    private static Func<int, int> WaitFor(string folder, string go) => item =>
    {
        File.WriteAllText(Path.Combine(folder, $"{Environment.ProcessId}-{item}"), string.Empty);
        while (!File.Exists(go))
        {
            Thread.Sleep(5);
        }

        return item;
    };

    private static WorkerPool NewPool(TimeProvider clock, params WorkerHost[] hosts) =>
        new(PoolOptions.Of(new ExecutorOptions { Hosts = hosts }, DotNetHost.CreateCommand()) with { Clock = clock });

    /// <summary>Gets a test in between the host and whoever tries to reach it.</summary>
    private sealed class ControlledConnector(string name) : IAgentConnector
    {
        private Action<HostStage>? _stage;
        private TaskCompletionSource<IAgentChannel>? _result;
        private int _attempts;

        public int Attempts => Volatile.Read(ref _attempts);

        public string HostName => name;

        public string CommandText => $"reach {name}";

        public int? Workers => 1;

        public bool RenewsTime => false;

        public WorkerHost Host => new(name, [CommandText], 1, () => [this], name);

        public void Tell(HostStage stage) => _stage!(stage);

        public void Fail(string reason) => _result!.SetException(new HostConnectionException(name, reason));

        public async Task<IAgentChannel> ConnectAsync(Action<HostStage> stage, CancellationToken cancellationToken)
        {
            var result = new TaskCompletionSource<IAgentChannel>(TaskCreationOptions.RunContinuationsAsynchronously);
            (_stage, _result) = (stage, result);
            _ = Interlocked.Increment(ref _attempts);
            using CancellationTokenRegistration registration = cancellationToken.Register(() => result.TrySetCanceled(cancellationToken));
            return await result.Task;
        }
    }
}
