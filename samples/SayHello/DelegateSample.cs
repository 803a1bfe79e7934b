using System.Diagnostics;

namespace Loky.Samples;

/// <summary>Four workers that say hello, are used again, and go when nobody needs them.</summary>
public static class DelegateSample
{
    private const int WorkerCount = 4;
    private const int ItemCount = 50;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan GoneLimit = TimeSpan.FromMinutes(2);

    // So long that on a busy machine, too, the second run finds the workers of the first.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortIdleTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Runs in a worker: the delegate is shipped to it by name, with its argument.</summary>
    public static int SayHello(int k)
    {
        Console.WriteLine($"Hello from {Environment.ProcessId} with arg {k}");
        Thread.Sleep(10);
        return Environment.ProcessId;
    }

    /// <summary>Runs the example twice and waits for the workers to go.</summary>
    public static async Task RunAsync()
    {
        int[] first = await RunOnce().ConfigureAwait(false);
        Console.WriteLine("Once more, on the same workers:");
        int[] second = await RunOnce().ConfigureAwait(false);
        Assert(first.SequenceEqual(second), $"the second call used workers {Join(second)} instead of {Join(first)}");
        Console.WriteLine($"Reused processes: {Join(second)}");

        // The same executor, with another idle timeout.
        _ = ReusableExecutor.Get(new ExecutorOptions { IdleTimeout = ShortIdleTimeout });
        Stopwatch wait = Stopwatch.StartNew();
        while (first.Any(IsAlive))
        {
            Assert(wait.Elapsed < GoneLimit, $"of the workers {Join(first)}, {Join(first.Where(IsAlive))} outlived the idle timeout");
            await Task.Delay(100).ConfigureAwait(false);
        }

        Console.WriteLine($"After the idle timeout of {ShortIdleTimeout.TotalSeconds} s no worker process is left.");
    }

    private static async Task<int[]> RunOnce()
    {
        // Four worker processes, which end by themselves when they have had nothing to do for that long.
        ProcessPoolExecutor executor = ReusableExecutor.Get(
            new ExecutorOptions { MaxWorkers = WorkerCount, IdleTimeout = IdleTimeout });

        int pid = await executor.Submit(SayHello, 1).ConfigureAwait(false);
        Console.WriteLine($"Got results: {pid}");

        // Workers start while others already work, and on a busy machine so short a map can be over before the last one is up.
        HashSet<int> used = [];
        Stopwatch wait = Stopwatch.StartNew();
        do
        {
            await foreach (int worker in executor.Map(SayHello, Enumerable.Range(0, ItemCount)).ConfigureAwait(false))
            {
                _ = used.Add(worker);
            }
        }
        while (used.Count < WorkerCount && wait.Elapsed < StartLimit);

        Console.WriteLine($"Number of used processes: {used.Count}");
        Assert(used.Count == WorkerCount, $"{used.Count} processes were used, not {WorkerCount}");
        return [.. used.Order()];
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string Join(IEnumerable<int> pids) => string.Join(", ", pids);

    private static void Assert(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new SampleException(otherwise);
        }
    }
}
