using Loky.Channel;
using Loky.Execution;
using Loky.Launch;
using Loky.Remote;
using Loky.Scheduling;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Remote;

/// <summary>Hosts that cannot be reached, and agents that say what no agent says: that host ends with a reason, and the pool goes on.</summary>
[Collection(UsesWorkers.Name)]
public sealed class ScriptedHostTests
{
    public static TheoryData<string, byte[]> Garbage => new()
    {
        { "text", "Permission denied (publickey).\r\n"u8.ToArray() },
        { "another version", AgentMessageWriter.Make(AgentMessageType.Welcome, 0, static buffer =>
            {
                var writer = new WireWriter(buffer);
                writer.Write("loky agent");
                writer.Write(99L);
            })
        },
        { "a welcome that is none", AgentMessageWriter.Make(AgentMessageType.Welcome, 0, static buffer => new WireWriter(buffer).Write(1L)) },
        { "a welcome without capabilities", AgentMessageWriter.Make(AgentMessageType.Welcome, 0, static buffer =>
            {
                var writer = new WireWriter(buffer);
                writer.Write("loky agent");
                writer.Write((long)AgentMessage.ProtocolVersion);
                writer.Write("1.2.3");
                writer.Write(0L);
            })
        },
        { "half a welcome", AgentWelcome.OfThisMachine(null).ToMessage()[..20] },
        { "nothing", [] },
        { "a message before the first", AgentMessageWriter.Make(AgentMessageType.Hello, 0) },
        { "a worker there is not", [.. AgentWelcome.OfThisMachine(null).ToMessage(), .. AgentMessageWriter.Make(AgentMessageType.Started, 77, 1)] },
        { "data before the worker", [.. AgentWelcome.OfThisMachine(null).ToMessage(), 1, 0, 0, 0, (byte)AgentMessageType.Data, 2, 0, 0, 0, 9] },
        { "credit for nothing", [.. AgentWelcome.OfThisMachine(null).ToMessage(), .. AgentMessageWriter.Make(AgentMessageType.Credit, 2, 5)] },
        { "credit for values that were not sent", [.. AgentWelcome.OfThisMachine(null).ToMessage(), .. AgentMessageWriter.Make(AgentMessageType.Credit, AgentMessage.SharedValues, 5)] },
        { "a value that was not given", [.. AgentWelcome.OfThisMachine(null).ToMessage(), .. AgentMessageWriter.Make(AgentMessageType.Kept, 2)] },
        { "a value for the parent", [.. AgentWelcome.OfThisMachine(null).ToMessage(), .. AgentMessageWriter.Make(AgentMessageType.Keep, 2, static buffer => new WireWriter(buffer).Write("key"))] },
        { "an end that is none", [.. AgentWelcome.OfThisMachine(null).ToMessage(), .. AgentMessageWriter.Make(AgentMessageType.Ended, 2, -5)] },
        { "a length that is none", [.. AgentWelcome.OfThisMachine(null).ToMessage(), 255, 255, 255, 255, (byte)AgentMessageType.Ended, 2, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task An_agent_that_sends_what_none_sends_ends_that_host_with_a_reason_and_the_others_go_on(string what, byte[] bytes)
    {
        var bad = new ScriptedHost("bad", 1, async stream =>
        {
            await stream.WriteAsync(bytes);

            // It listens until it is given up; of those that fall silent another test tells.
            if (bytes.Length > 20)
            {
                byte[] sink = new byte[4096];
                while (await stream.ReadAsync(sink) > 0)
                {
                }
            }
        });
        await RunBeside(bad, warning =>
        {
            Assert.Contains("'bad'", warning, StringComparison.Ordinal);
            Assert.Contains("said by the command", warning, StringComparison.Ordinal);
            Assert.False(string.IsNullOrWhiteSpace(what));
        });
    }

    [Fact]
    public async Task An_agent_whose_workers_cannot_do_what_the_executor_needs_is_named_with_what_it_lacks_and_the_way_out()
    {
        var plain = new ScriptedHost("plain", 1, RunAgent);
        PoolOptions options = PoolOptions.Of(
            new ExecutorOptions { Hosts = [plain.Host], MaxWorkers = 1 }, DotNetHost.CreateCommand() with { RunnerAssembly = "/of/scripts.dll" });
        var pool = new WorkerPool(options with { Clock = new QuickClock() });
        var group = new CountingGroup(WorkerTasks.Same, 1).RunOn(pool);
        string message = (await Assert.ThrowsAsync<BrokenExecutorException>(() => group.Completed.WaitAsync(Until.Limit))).Message;
        Assert.Contains("'plain'", message, StringComparison.Ordinal);
        Assert.Contains(
            MessageText.Format(Messages.AgentLacksCapability, "scripts", PeerInfo.Parent.Version, PeerInfo.Parent.Version, AgentMessage.ProtocolVersion), message, StringComparison.Ordinal);
        await pool.Stopped.WaitAsync(Until.Limit);
    }

    [Fact]
    public async Task A_host_that_cannot_be_reached_is_tried_three_times_and_then_out_said_once()
    {
        var bad = new ScriptedHost("bad", 1, static _ => Task.CompletedTask, static attempt => new HostConnectionException("bad", $"no route, attempt {attempt}"));
        await RunBeside(bad, static warning => Assert.Contains("no route, attempt 3", warning, StringComparison.Ordinal));
        Assert.Equal(3, bad.Attempts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_whose_connections_somebody_kills_is_tried_more_than_three_times(bool whileConnecting)
    {
        int agents = 0;
        var host = new ScriptedHost(
            "far",
            1,
            async stream =>
            {
                if (whileConnecting || Interlocked.Increment(ref agents) > 3)
                {
                    await RunAgent(stream);
                    return;
                }

                await stream.WriteAsync(AgentWelcome.OfThisMachine(null).ToMessage());
            },
            attempt => whileConnecting && attempt <= 3 ? new HostConnectionException("far", "killed") { WasKilled = true } : null)
        {
            Ending = HostProcess.Killed,
        };
        WorkerPool pool = NewPool([host.Host], new QuickClock());
        var group = new CountingGroup(WorkerTasks.Same, 10).RunOn(pool);
        await group.Completed.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal((10, 0), (group.Succeeded, group.Lost));
        Assert.Equal(4, host.Attempts);
        Assert.Empty(group.Warnings);
        pool.Shutdown(kill: true);
        await pool.Stopped.WaitAsync(Until.Limit);
    }

    [Fact]
    public async Task A_host_that_worked_and_is_away_for_less_than_a_minute_is_tried_until_it_is_back()
    {
        // The link of the first connection goes, and the host refuses three more.
        using var cut = new CancellationTokenSource();
        int agents = 0;
        var host = new ScriptedHost(
            "far",
            1,
            async stream =>
            {
                using CancellationTokenRegistration registration = Interlocked.Increment(ref agents) == 1 ? cut.Token.Register(stream.Dispose) : default;
                await RunAgent(stream);
            },
            static attempt => attempt is > 1 and <= 4 ? new HostConnectionException("far", "no route") : null);
        WorkerPool pool = NewPool([host.Host], new QuickClock());
        await new CountingGroup(WorkerTasks.Same, 1).RunOn(pool).Completed.WaitAsync(TimeSpan.FromSeconds(60));
        await cut.CancelAsync();
        await Until.True(() => pool.GetStatus().Hosts[0].Stage == HostStage.Idle, "the link is gone");
        var group = new CountingGroup(WorkerTasks.Same, 10).RunOn(pool);
        await group.Completed.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal((10, 0), (group.Succeeded, group.Lost));
        Assert.Equal(5, host.Attempts);
        Assert.Empty(group.Warnings);
        pool.Shutdown(kill: true);
        await pool.Stopped.WaitAsync(Until.Limit);
    }

    [Fact]
    public async Task Without_a_host_that_is_left_the_executor_breaks_with_the_reasons()
    {
        var one = new ScriptedHost("one", 1, static _ => Task.CompletedTask, static _ => new HostConnectionException("one", "the first reason"));
        var two = new ScriptedHost("two", 1, static _ => Task.CompletedTask, static _ => new InvalidOperationException("the second reason"));
        WorkerPool pool = NewPool([one.Host, two.Host], new QuickClock());
        var group = new CountingGroup(WorkerTasks.Same, 10).RunOn(pool);
        BrokenExecutorException error = await Assert.ThrowsAsync<BrokenExecutorException>(() => group.Completed.WaitAsync(Until.Limit));
        Assert.Contains("the first reason", error.Message, StringComparison.Ordinal);
        Assert.Contains("the second reason", error.Message, StringComparison.Ordinal);
        await pool.Stopped.WaitAsync(Until.Limit);
        Assert.All(pool.GetStatus().Hosts, static host => Assert.Equal(HostStage.Out, host.Stage));
        Assert.Empty(pool.GetStatus().Workers);
    }

    [Fact]
    public async Task No_more_than_eight_hosts_are_being_reached_at_a_time()
    {
        int now = 0;
        int most = 0;
        var go = new TaskCompletionSource();
        ScriptedHost[] hosts = [.. Enumerable.Range(0, 20).Select(number => new ScriptedHost($"h{number}", 1, async stream =>
        {
            int here = Interlocked.Increment(ref now);
            most = Math.Max(most, here);
            await go.Task;
            _ = Interlocked.Decrement(ref now);
            await RunAgent(stream);
        }))];
        WorkerPool pool = NewPool([.. hosts.Select(static host => host.Host)], TimeProvider.System);
        var group = new CountingGroup(WorkerTasks.Same, 20, new TaskGroupOptions { BatchSize = 1 }).RunOn(pool);
        await Until.True(() => Volatile.Read(ref now) == 8, "eight hosts are being reached");
        Assert.Equal(8, pool.GetStatus().Hosts.Count(static host => host.Stage == HostStage.Preparing));
        go.SetResult();
        await group.Completed.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal((20, 8), (group.Succeeded, most));
        pool.Shutdown(kill: true);
        await pool.Stopped.WaitAsync(Until.Limit);
    }

    [Fact]
    public async Task An_agent_in_another_process_of_this_machine_is_no_condition_it_runs_wherever_its_streams_lead()
    {
        var host = new ScriptedHost("here", 2, RunAgent);
        WorkerPool pool = NewPool([host.Host], TimeProvider.System);
        var group = new CountingGroup(WorkerTasks.Same, 500).RunOn(pool);
        await group.Completed.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(500, group.Succeeded);
        int[] workers = [.. pool.GetStatus().Workers.Select(static worker => worker.ProcessId)];
        pool.Shutdown(kill: false);
        await pool.Stopped.WaitAsync(Until.Limit);
        await Processes.Gone(workers);
    }

    [Fact]
    public async Task Output_that_is_cut_in_the_middle_of_a_message_makes_victims_of_what_was_sent_only()
    {
        // The first agent's bytes are passed on until some messages of records have come, and then no more: within one.
        int agents = 0;
        var host = new ScriptedHost("cut", 1, stream => Interlocked.Increment(ref agents) == 1 ? PassOn(stream, 20_000) : RunAgent(stream));
        WorkerPool pool = NewPool([host.Host], new QuickClock());
        var group = new CountingGroup(Large, 400, new TaskGroupOptions { BatchSize = 1 }).RunOn(pool);
        await group.Completed.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Empty(group.NotOnce);
        Assert.InRange(group.Lost, 1, 4);
        Assert.Equal("cut", Assert.IsType<TerminatedWorkerException>(group.FirstLoss).HostName);
        pool.Shutdown(kill: true);
        await pool.Stopped.WaitAsync(Until.Limit);
    }

    private static byte[] Large(int item)
    {
        Thread.Sleep(1);
        return new byte[1000];
    }

    /// <summary>Runs a node agent on a thread of its own, as a process would.</summary>
    private static Task<Exception?> RunAgent(Stream stream) => Task.Factory.StartNew(
        () => AgentProcess.Run(stream, stream, DotNetHost.CreateCommand()), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static async Task PassOn(Stream stream, int bytes)
    {
        using SocketPair inner = SocketPair.Open();
        Task<Exception?> agent = RunAgent(inner.Far);
        Task there = stream.CopyToAsync(inner.Near);
        byte[] buffer = new byte[512];
        while (bytes > 0)
        {
            int count = await inner.Near.ReadAsync(buffer.AsMemory(0, Math.Min(bytes, buffer.Length)));
            await stream.WriteAsync(buffer.AsMemory(0, count));
            bytes -= count;
        }

        stream.Dispose();
        inner.Near.Dispose();
        await agent;
        await there.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    private static async Task RunBeside(ScriptedHost bad, Action<string> check)
    {
        WorkerPool pool = NewPool([bad.Host, WorkerHost.ThisMachine(1)], new QuickClock());
        string folder = Directory.CreateTempSubdirectory("loky-test-").FullName;
        string go = Path.Combine(folder, "go");
        try
        {
            // Work for both, so that the host is wanted, and the call is there to be told.
            var group = new CountingGroup(WaitFor(go), 2, new TaskGroupOptions { BatchSize = 1, Retries = 100 }).RunOn(pool);
            await Until.True(() => !group.Warnings.IsEmpty, "the call is told of the host");
            File.WriteAllText(go, string.Empty);
            await group.Completed.WaitAsync(Until.Limit);
            Assert.Equal(2, group.Succeeded);
            check(Assert.Single(group.Warnings));
            Assert.Equal([HostStage.Out, HostStage.Connected], pool.GetStatus().Hosts.Select(static host => host.Stage));
        }
        finally
        {
            File.WriteAllText(go, string.Empty);
            pool.Shutdown(kill: true);
            await pool.Stopped.WaitAsync(Until.Limit);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Func<int, int> WaitFor(string go) => item =>
    {
        while (!File.Exists(go))
        {
            Thread.Sleep(5);
        }

        return item;
    };

    private static WorkerPool NewPool(IReadOnlyList<WorkerHost> hosts, TimeProvider clock) =>
        new(PoolOptions.Of(new ExecutorOptions { Hosts = hosts, MaxWorkers = 100 }, DotNetHost.CreateCommand()) with { Clock = clock });

    /// <summary>A clock on which pauses of seconds take none of the test's.</summary>
    private sealed class QuickClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, period == Timeout.InfiniteTimeSpan && dueTime > TimeSpan.Zero && dueTime <= TimeSpan.FromSeconds(2) ? dueTime / 50 : dueTime, period);
    }
}
