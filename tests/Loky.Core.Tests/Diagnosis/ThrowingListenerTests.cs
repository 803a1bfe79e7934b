using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using Loky.Channel;
using Loky.Execution;
using Loky.Scheduling;
using Loky.Wire;
using Loky.Serialization;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Diagnosis;

/// <summary>Listeners and callbacks are not the pool's own code: what they throw must not touch what it accounts for.</summary>
[Collection(UsesWorkers.Name)]
public sealed class ThrowingListenerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loky-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task A_meter_listener_that_throws_costs_no_worker_and_no_item() => Guard.Run(2, async executor =>
    {
        using MeterListener listener = ThrowingMeterListener();
        await CheckAccounts(executor);
    });

    [Fact]
    public Task An_event_listener_that_throws_costs_no_worker_and_no_item() => Guard.Run(2, async executor =>
    {
        using var listener = new ThrowingEventListener();
        await CheckAccounts(executor);
        Assert.True(listener.Called);
    });

    [Fact]
    public Task Callbacks_of_a_group_that_throw_touch_no_other_group() => Guard.Run(2, async executor =>
    {
        var broken = new ThrowingGroup(Deadly());
        executor.Pool.AddGroup(broken);
        broken.Pool.Notify(broken, completed: true);
        var group = new CountingGroup(WorkerTasks.Same, 500).RunOn(executor.Pool);
        await group.Completed;
        Assert.Empty(group.NotOnce);
        await broken.Completed.WaitAsync(Until.Limit);
        Assert.Equal(7, await executor.Submit(WorkerTasks.Same, 7));
    });

    /// <summary>Runs items, one of which kills its worker, and checks that each ran and ended once.</summary>
    private async Task CheckAccounts(ProcessPoolExecutor executor)
    {
        var group = new CountingGroup(LogAndDie(_folder, 150), 300, new TaskGroupOptions { BatchSize = 7, Retries = 1 }).RunOn(executor.Pool);
        await group.Completed;
        Assert.Empty(group.NotOnce);
        Assert.Equal((299, 1), (group.Succeeded, group.Lost));
        Dictionary<int, int> runs = WorkerTasks.ReadLog(_folder);
        Assert.Equal(2, runs[150]);
        Assert.All(runs.Where(run => run.Key != 150), run => Assert.Equal(1, run.Value));
        await Until.True(() => executor.Pool.GetStatus().Restarts == 2, "only the two workers that died are replaced");
    }

    private static MeterListener ThrowingMeterListener()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Loky")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException("a listener's own error"));
        listener.Start();
        return listener;
    }

    private static Func<int, int> LogAndDie(string folder, int at) => item =>
    {
        _ = WorkerTasks.Log(folder, item);
        if (item == at)
        {
            Deaths.Die(Death.Kill);
        }

        return item;
    };

    private static Func<int, int> Deadly() => static item =>
    {
        if (item == 1)
        {
            Deaths.Die(Death.Kill);
        }

        return item;
    };

    private sealed class ThrowingEventListener : EventListener
    {
        private volatile bool _called;

        public bool Called => _called;

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Loky")
            {
                EnableEvents(eventSource, EventLevel.Verbose);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            _called = true;
            throw new InvalidOperationException("a listener's own error");
        }
    }

    /// <summary>A group of two items that throws whenever it is called back.</summary>
    private sealed class ThrowingGroup : TaskGroup
    {
        private static readonly ValueSerializer Serializer = new(TypePolicy.DeclaredOnly);
        private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ThrowingGroup(Delegate task)
            : base(TaskKind.Delegate, SetupOf(task), TaskGroupOptions.Default)
        {
            var buffer = new PooledBuffer();
            for (int item = 0; item < 2; item++)
            {
                buffer.Clear();
                Serializer.Write(buffer, item, typeof(int));
                _ = Add(ref buffer);
            }

            buffer.Dispose();
            CompleteAdding();
        }

        public Task Completed => _completed.Task;

        internal override void OnRecords(RecordsFrame frame) => throw new InvalidOperationException("a group's own error");

        internal override void OnItemsLost(long firstIndex, int count, Exception cause) => throw new InvalidOperationException("a group's own error");

        internal override void OnCompleted(Exception? error)
        {
            _completed.SetResult();
            throw new InvalidOperationException("a group's own error");
        }

        private static byte[] SetupOf(Delegate task)
        {
            using var setup = new PooledBuffer();
            Serializer.WriteDelegate(setup, task);
            return setup.WrittenSpan.ToArray();
        }
    }
}
