using Loky.Channel;
using Loky.Execution;
using Loky.Launch;
using Loky.Scheduling;
using Loky.Tests.Support;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Budget;

/// <summary>What an item costs the pool that travels alone, from the queue to its result, and what a worker costs it.</summary>
[Collection(UsesWorkers.Name)]
public sealed class SchedulingBudgetTests
{
    private const int ItemsPerWorker = 20;

    /// <remarks>Frames and results, which are handed on: with few workers and with many there is nothing else for the collector.</remarks>
    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public void An_item_allocates_only_its_frames_and_its_result(int workers) => Budget.Check(264, () =>
    {
        using var run = new Run(workers);
        run.Play(ItemsPerWorker);
        int more = 10 * ItemsPerWorker;
        long before = GC.GetAllocatedBytesForCurrentThread();
        run.Play(ItemsPerWorker);
        long between = GC.GetAllocatedBytesForCurrentThread();
        run.Play(ItemsPerWorker + more);
        long after = GC.GetAllocatedBytesForCurrentThread();

        // What a call costs for each of its workers is in both.
        return (double)(after - between - (between - before)) / (workers * more);
    });

    [Fact]
    public void A_worker_takes_little_more_than_a_kilobyte_of_the_session() => Budget.Check(1100, () =>
    {
        const int Workers = 1000;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using var run = new Run(Workers);
        run.Play(4);
        return (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / Workers;
    });

    private sealed class Run : IDisposable
    {
        private readonly AnsweringWorkers _answering = new();
        private readonly int _workers;
        private readonly WorkerPool _pool;

        public Run(int workers)
        {
            _workers = workers;
            _pool = new WorkerPool(new PoolOptions
            {
                MaxWorkers = workers,
                IdleTimeout = TimeSpan.FromMinutes(5),
                Command = new WorkerCommand { FileName = string.Empty },
                StartAll = true,
                WorkerCap = static _ => int.MaxValue,
                Launcher = _ => _answering,
            });
        }

        public void Play(int itemsPerWorker)
        {
            var group = new QueuedTaskGroup(TaskKind.Delegate, default, new TaskGroupOptions { BatchSize = 1 }, ordered: false);
            _pool.AddGroup(group);
            var buffer = new PooledBuffer();
            for (int i = 0; i < _workers * itemsPerWorker; i++)
            {
                buffer.Clear();
                new WireWriter(buffer).Write((long)i);
                _ = group.Add(ref buffer);
            }

            buffer.Dispose();
            group.CompleteAdding();
            _pool.Notify(group, completed: true);
            int ended = 0;
            while (!group.Results.IsOver)
            {
                Assert.True(_answering.Step() || group.Results.ReadyCount > 0 || group.Results.IsOver, "a worker has something to do");
                while (group.Results.TryTake(out ResultEntry entry))
                {
                    ended += entry.Count;
                    entry.Frame?.Dispose();
                }
            }

            Assert.Equal(_workers * itemsPerWorker, ended);
        }

        public void Dispose()
        {
            _pool.Shutdown(kill: true);
            while (_answering.Step())
            {
            }

            Assert.True(_pool.Stopped.IsCompleted);
        }
    }
}
