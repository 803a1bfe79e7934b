using System.Diagnostics;
using System.Text.Json;
using Loky.Channel;
using Loky.Execution;
using Loky.Launch;
using Loky.Scheduling;
using Loky.Tests.Budget;
using Loky.Wire;

namespace Loky.Benchmarks;

/// <summary>
/// What an item costs the pool with few workers and with very many, which are not there: each answers a batch as soon as
/// it is asked to. So this is the cost of scheduling and accounting alone, in one thread.
/// </summary>
internal sealed class ScaleRatio
{
    public const string Argument = "--scale";

    private const int Items = 200_000;
    private const int Rounds = 5;

    // Results are read as they come, as a session does: with many workers no more of them wait than with few.
    private const int StepsBetweenReads = 16;

    private static readonly int[] Sizes = [10, 100, 1_000, 10_000];

    private readonly AnsweringWorkers _workers = new();

    /// <summary>Prints, for each number of workers, what an item took, round by round, as a line of JSON.</summary>
    public static void Print()
    {
        Dictionary<int, List<double>> times = Sizes.ToDictionary(size => size, _ => new List<double>());
        Dictionary<int, Quantities> counted = [];
        for (int round = 0; round <= Rounds; round++)
        {
            foreach (int size in Sizes)
            {
                double time = Measure(size, out Quantities quantities);
                if (round > 0)
                {
                    times[size].Add(time);
                    counted[size] = quantities;
                }
            }
        }

        foreach (int size in Sizes)
        {
            Quantities of = counted[size];
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                Workers = size,
                Microseconds = times[size],
                KilobytesPerWorker = Math.Round(of.BytesPerWorker / 1024, 1),
                BytesPerItem = Math.Round(of.BytesPerItem),
                Collections = of.Collections,
                CollectorMicroseconds = Math.Round(of.CollectorMicroseconds, 2),
            }));
        }
    }

    private static double Measure(int workers, out Quantities quantities)
    {
        var scale = new ScaleRatio();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var pool = new WorkerPool(new PoolOptions
        {
            MaxWorkers = workers,
            IdleTimeout = TimeSpan.FromMinutes(5),
            Command = new WorkerCommand { FileName = string.Empty },
            StartAll = true,
            WorkerCap = static _ => int.MaxValue,
            Launcher = _ => scale._workers,
        });

        // Each worker is ready, and has run something, before the clock starts.
        scale.Run(pool, 4 * workers);
        double bytesPerWorker = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / workers;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        int collections = GC.CollectionCount(0);
        TimeSpan paused = GC.GetTotalPauseDuration();
        long begun = Stopwatch.GetTimestamp();
        scale.Run(pool, Items);
        double microseconds = Stopwatch.GetElapsedTime(begun).TotalMicroseconds / Items;
        quantities = new Quantities(
            bytesPerWorker,
            (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / Items,
            GC.CollectionCount(0) - collections,
            (GC.GetTotalPauseDuration() - paused).TotalMicroseconds / Items);
        pool.Shutdown(kill: true);
        scale.Answer(int.MaxValue);
        return microseconds;
    }

    private void Run(WorkerPool pool, int items)
    {
        var group = new QueuedTaskGroup(TaskKind.Delegate, default, new TaskGroupOptions { BatchSize = 1 }, ordered: false);
        pool.AddGroup(group);
        var buffer = new PooledBuffer();
        for (int i = 0; i < items; i++)
        {
            buffer.Clear();
            new WireWriter(buffer).Write((long)i);
            _ = group.Add(ref buffer);
        }

        group.CompleteAdding();
        pool.Notify(group, completed: true);
        int ended = 0;
        while (!group.Results.IsOver)
        {
            Answer(StepsBetweenReads);
            while (group.Results.TryTake(out ResultEntry entry))
            {
                ended += entry.Count;
                entry.Frame?.Dispose();
            }
        }

        if (ended != items)
        {
            throw new InvalidOperationException($"{ended} of {items} items ended.");
        }
    }

    /// <summary>Lets workers that have something to do take one step each, in the order in which they got it.</summary>
    private void Answer(int most)
    {
        for (int count = 0; count < most && _workers.Step(); count++)
        {
        }
    }

    /// <summary>What was counted beside the time.</summary>
    /// <param name="BytesPerWorker">The memory that a worker takes in the session, in bytes.</param>
    /// <param name="BytesPerItem">The memory that an item allocates, in bytes.</param>
    /// <param name="Collections">How many garbage collections there were.</param>
    /// <param name="CollectorMicroseconds">How long they took, for each item.</param>
    private sealed record Quantities(double BytesPerWorker, double BytesPerItem, int Collections, double CollectorMicroseconds);
}
