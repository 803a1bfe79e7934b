using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Loky.Execution;
using Loky.Scheduling;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Diagnosis;

[Collection(UsesWorkers.Name)]
public sealed class LokyMeterTests
{
    [Fact]
    public Task What_is_done_lost_and_started_is_counted() => Guard.Run(1, async executor =>
    {
        using Counts counts = await Counts.Begin();
        _ = await executor.Map(WorkerTasks.Same, Enumerable.Range(0, 100)).ToList();
        _ = await Assert.ThrowsAsync<TerminatedWorkerException>(() => executor.Submit(WorkerTasks.Die, Death.ExitThree));
        await Until.True(() => counts["loky.worker.started"] == 2, "the worker is replaced");
        Assert.Equal(100, counts["loky.item.ended"]);
        Assert.Equal(1, counts["loky.item.lost"]);
        Assert.Equal(0, counts["loky.item.retried"]);
        Assert.Equal(1, counts["loky.worker.died"]);
    });

    [Fact]
    public Task A_second_try_is_counted_as_such() => Guard.Run(1, async executor =>
    {
        using Counts counts = await Counts.Begin();
        var group = new CountingGroup(AlwaysDie, 1, new TaskGroupOptions { Retries = 2 }).RunOn(executor.Pool);
        await group.Completed;
        Assert.Equal(2, counts["loky.item.retried"]);
        Assert.Equal(1, counts["loky.item.lost"]);
    });

    [Fact]
    public Task What_is_under_way_is_told_when_somebody_asks() => Guard.Run(1, async executor =>
    {
        using Counts counts = await Counts.Begin();
        string folder = Directory.CreateTempSubdirectory("loky-test-").FullName;
        try
        {
            string gate = Path.Combine(folder, "gate");
            Task<int>[] tasks = [.. Enumerable.Range(0, 4).Select(_ => executor.Submit(WorkerTasks.WaitFor, gate))];
            await Until.True(() => File.Exists(gate + ".running"), "the first task runs");
            counts.Observe();
            Assert.Equal(3, counts["loky.item.pending"]);
            Assert.Equal(1, counts["loky.worker.count"]);
            File.WriteAllText(gate, string.Empty);
            _ = await Task.WhenAll(tasks);
            executor.Shutdown();
            counts.Observe();
            Assert.Equal(0, counts["loky.item.pending"]);
            Assert.Equal(0, counts["loky.worker.count"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    });

    private static int AlwaysDie(int item)
    {
        Deaths.Die(Death.ExitThree);
        return item;
    }

    /// <summary>Adds up what the meter says: sums of counters, the last value of what is observed.</summary>
    private sealed class Counts : IDisposable
    {
        private readonly ConcurrentDictionary<string, long> _values = new();
        private readonly MeterListener _listener = new();

        private Counts()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Loky")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>(Note);
            _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Note(instrument, value, default, null));
            _listener.Start();
        }

        /// <summary>Starts to listen, once no other test's pool is left to be counted.</summary>
        public static async Task<Counts> Begin()
        {
            await Until.True(
                () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    return LivePools.All().Length <= 1;
                },
                "the pools of other tests have stopped");
            return new Counts();
        }

        /// <summary>Gets a value by the name of its instrument.</summary>
        public long this[string name] => _values.GetValueOrDefault(name);

        /// <summary>Asks for what is only told when asked.</summary>
        public void Observe() => _listener.RecordObservableInstruments();

        /// <inheritdoc/>
        public void Dispose() => _listener.Dispose();

        private void Note(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
            _values.AddOrUpdate(instrument.Name, value, (_, sum) => instrument.IsObservable ? value : sum + value);
    }
}
