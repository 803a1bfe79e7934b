using System.Runtime.CompilerServices;
using Loky.Execution;
using Loky.Launch;
using Loky.Remote;
using Loky.Scheduling;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>Keeps the tables of states in docs/architecture.md and the code the same.</summary>
[Collection(UsesWorkers.Name)]
public sealed class StateTableTests
{
    [Fact]
    public void The_pool_moves_as_the_table_says() => Compare<PoolState, PoolEvent>("## The pool", StateTransitions.Next);

    [Fact]
    public void A_worker_moves_as_the_table_says() => Compare<WorkerState, WorkerEvent>("## A worker", StateTransitions.Next);

    [Fact]
    public void A_host_moves_as_the_table_says() => Compare<HostStage, HostEvent>("### A host", HostTransitions.Next);

    [Fact]
    public void Neither_ever_moves_back()
    {
        foreach (PoolState state in Enum.GetValues<PoolState>())
        {
            Assert.All(Enum.GetValues<PoolEvent>(), what => Assert.True((StateTransitions.Next(state, what) ?? state) >= state));
        }

        foreach (WorkerState state in Enum.GetValues<WorkerState>())
        {
            Assert.All(Enum.GetValues<WorkerEvent>(), what => Assert.True((StateTransitions.Next(state, what) ?? state) >= state));
        }
    }

    [Fact]
    public async Task What_a_real_pool_does_with_a_group_is_what_the_table_says()
    {
        Dictionary<string, string> added = Table("## The pool").ToDictionary(row => row["state \\ event"], row => row["a group is added"]);
        WorkerPool running = NewPool();
        running.AddGroup(new TestGroup());
        Assert.Equal((PoolState.Running, "runs"), (running.State, added["Running"]));
        running.Shutdown(kill: false);
        Assert.Equal(PoolState.Draining, running.State);
        AssertRefused<ShutdownExecutorException>(running, added["Draining"], "refused, or passed to the successor");

        WorkerPool stopped = NewPool();
        stopped.Shutdown(kill: false);
        Assert.Equal(PoolState.Stopped, stopped.State);
        AssertRefused<ShutdownExecutorException>(stopped, added["Stopped"], "refused, or passed to the successor");

        WorkerPool successor = NewPool();
        WorkerPool replaced = NewPool();
        replaced.Shutdown(kill: false, successor);
        var passed = new TestGroup();
        replaced.AddGroup(passed);
        Assert.Same(successor, passed.Pool);

        WorkerPool broken = NewPool();
        var group = new CountingGroup(WorkerTasks.Same, 1).RunOn(broken);
        _ = await Assert.ThrowsAsync<BrokenExecutorException>(() => group.Completed.WaitAsync(Until.Limit));
        await broken.Stopped.WaitAsync(Until.Limit);
        Assert.Equal(PoolState.Broken, broken.State);
        broken.Shutdown(kill: true);
        Assert.Equal(PoolState.Broken, broken.State);
        AssertRefused<BrokenExecutorException>(broken, added["Broken"], "refused, with the reason");

        foreach (WorkerPool pool in new[] { running, successor })
        {
            pool.Shutdown(kill: true);
            await pool.Stopped.WaitAsync(Until.Limit);
        }
    }

    private static WorkerPool NewPool() => new(PoolOptions.Of(new ExecutorOptions { MaxWorkers = 1 }, new WorkerCommand { FileName = "/no/such/program" }));

    private static void AssertRefused<TException>(WorkerPool pool, string documented, string expected)
        where TException : Exception
    {
        Assert.Equal(expected, documented);
        _ = Assert.Throws<TException>(() => pool.AddGroup(new TestGroup()));
    }

    private static void Compare<TState, TEvent>(string heading, Func<TState, TEvent, TState?> next)
        where TState : struct, Enum
        where TEvent : struct, Enum
    {
        List<Dictionary<string, string>> rows = Table(heading);
        Assert.Equal(Enum.GetNames<TState>(), rows.Select(row => row["state \\ event"]));
        foreach (Dictionary<string, string> row in rows)
        {
            TState state = Enum.Parse<TState>(row["state \\ event"]);
            foreach (TEvent what in Enum.GetValues<TEvent>())
            {
                Assert.True(row[what.ToString()] == (next(state, what)?.ToString() ?? "-"), $"{state}, {what}: the table says {row[what.ToString()]}, the code {next(state, what)}.");
            }
        }
    }

    /// <summary>Reads the first table below a heading.</summary>
    private static List<Dictionary<string, string>> Table(string heading, [CallerFilePath] string here = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "architecture.md");
        string[][] lines = [.. File.ReadLines(path)
            .SkipWhile(line => !line.StartsWith(heading, StringComparison.Ordinal))
            .SkipWhile(line => !line.StartsWith('|'))
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())];
        return [.. lines[2..].Select(cells => lines[0].Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second))];
    }
}
