using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using Loky.Diagnosis;
using Loky.Execution;
using Loky.Launch;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Diagnosis;

[Collection(UsesWorkers.Name)]
public sealed class LokyEventSourceTests
{
    [Fact]
    public void The_provider_keeps_the_conventions_of_its_kind()
    {
        Assert.Equal("Loky", LokyEventSource.Log.Name);
        Assert.Null(LokyEventSource.Log.ConstructionException);
        Assert.NotEmpty(EventSource.GenerateManifest(typeof(LokyEventSource), null, EventManifestOptions.Strict)!);
    }

    [Fact]
    public Task The_life_of_a_worker_is_told_from_its_start_to_its_end() => Guard.Run(1, async executor =>
    {
        using var listener = new Listener(executor.Pool.Number);
        int worker = await executor.Submit(WorkerTasks.ProcessId);
        executor.Resize(2);
        executor.Shutdown();
        await Until.True(() => listener.Names.Contains("PoolStopped"), "the end was told");
        Assert.Equal(["WorkerStarted", "WorkerReady", "PoolResized", "WorkerRetired", "PoolStopped"], listener.Names);
        Assert.Equal([executor.Pool.Number, 1, worker], listener.Of("WorkerReady")[0]);
        Assert.Equal([executor.Pool.Number, 2], listener.Of("PoolResized")[0]);
    });

    [Fact]
    public Task A_death_is_told_with_its_reason_and_its_victims() => Guard.Run(1, async executor =>
    {
        using var listener = new Listener(executor.Pool.Number);
        TerminatedWorkerException error = await Assert.ThrowsAsync<TerminatedWorkerException>(() => executor.Submit(WorkerTasks.Die, Death.ExitThree));
        await Until.True(() => listener.Names.Contains("WorkerLost"), "the death was told");
        Assert.Equal([executor.Pool.Number, 1, error.WorkerProcessId, "EXIT(3)"], listener.Of("WorkerLost")[0]);
        Assert.Equal([executor.Pool.Number, error.WorkerProcessId, 0L, 1], listener.Of("TaskLost")[0]);
        Assert.DoesNotContain("WorkerRetired", listener.Names);
    });

    [Fact]
    public Task Workers_that_are_killed_with_their_executor_are_not_told_as_lost() => Guard.Run(2, async executor =>
    {
        using var listener = new Listener(executor.Pool.Number);
        _ = await executor.Submit(WorkerTasks.Same, 1);
        executor.Shutdown(killWorkers: true);
        await Until.True(() => listener.Names.Contains("PoolStopped"), "the end was told");
        Assert.DoesNotContain("WorkerLost", listener.Names);
    });

    [Fact]
    public Task An_executor_that_breaks_tells_why() => Guard.Limit(async () =>
    {
        var pool = new WorkerPool(PoolOptions.Of(new ExecutorOptions { MaxWorkers = 1 }, new WorkerCommand { FileName = "/no/such/program" }));
        using var listener = new Listener(pool.Number);
        using var executor = new ProcessPoolExecutor(pool);
        _ = await Assert.ThrowsAsync<BrokenExecutorException>(() => executor.Submit(WorkerTasks.Same, 1));
        Assert.Contains("/no/such/program", (string)Assert.Single(listener.Of("PoolBroken"))[1]!, StringComparison.Ordinal);
    }, () => null);

    /// <summary>Takes down the events of one pool.</summary>
    private sealed class Listener(int pool) : EventListener
    {
        private readonly ConcurrentQueue<(string Name, object?[] Payload)> _events = new();

        /// <summary>Gets the names of the events so far.</summary>
        public string[] Names => [.. _events.Select(one => one.Name)];

        /// <summary>Gets what came with the events of a name.</summary>
        public object?[][] Of(string name) => [.. _events.Where(one => one.Name == name).Select(one => one.Payload)];

        /// <inheritdoc/>
        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Loky")
            {
                EnableEvents(eventSource, EventLevel.Verbose);
            }
        }

        /// <inheritdoc/>
        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            // The base class enables before this one's fields are there.
            if (eventData.Payload is { Count: > 0 } payload && payload[0] is int number && number == pool)
            {
                _events.Enqueue((eventData.EventName!, [.. payload]));
            }
        }
    }
}
