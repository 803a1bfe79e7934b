using System.Diagnostics;
using Loky.Hosting;

namespace Loky.Tests.Execution;

/// <summary>What the tests let workers do.</summary>
internal static class WorkerTasks
{
    private static (string Folder, FileStream File)? s_log;
    private static ProcessPoolExecutor? s_kept;

    public static int Same(int value) => value;

    public static string? TraceParent(int value) => Environment.GetEnvironmentVariable("TRACEPARENT");

    public static int TwelveBy(int value) => 12 / value;

    public static int ProcessId() => Environment.ProcessId;

    public static Trap Pass(Trap trap)
    {
        TrapConverter.Spring(trap, Stage.Run);
        return trap;
    }

    public static int Die(Death death)
    {
        Deaths.Die(death);
        return 0;
    }

    public static int SleepThenSame(int milliseconds, int value)
    {
        Thread.Sleep(milliseconds);
        return value;
    }

    /// <summary>Notes in a file of this process that an item ran: what is written survives whatever comes then.</summary>
    public static int Log(string folder, int item)
    {
        if (s_log?.Folder != folder)
        {
            s_log?.File.Dispose();
            string path = Path.Combine(folder, $"{Environment.ProcessId}-{Guid.NewGuid():N}");
            s_log = (folder, new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0));
        }

        s_log.Value.File.Write(BitConverter.GetBytes(item));
        return item;
    }

    /// <summary>Reads what <see cref="Log"/> noted: for each item how often it ran.</summary>
    public static Dictionary<int, int> ReadLog(string folder)
    {
        Dictionary<int, int> times = [];
        foreach (string file in Directory.GetFiles(folder))
        {
            // Workers hold them open, which on Windows whoever reads has to allow.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            for (int i = 0; i + 4 <= bytes.Length; i += 4)
            {
                int item = BitConverter.ToInt32(bytes, i);
                times[item] = times.GetValueOrDefault(item) + 1;
            }
        }

        return times;
    }

    /// <summary>Creates a file, then waits until there are so many in its folder.</summary>
    public static int Meet(string folder, int others)
    {
        File.WriteAllText(Path.Combine(folder, Guid.NewGuid().ToString("N")), string.Empty);
        Stopwatch waited = Stopwatch.StartNew();
        while (Directory.GetFiles(folder).Length < others)
        {
            if (waited.Elapsed > Support.Until.Limit)
            {
                throw new TimeoutException($"Only {Directory.GetFiles(folder).Length} of {others} came.");
            }

            Thread.Sleep(5);
        }

        return Environment.ProcessId;
    }

    /// <summary>Tells that it is running, then waits until a file exists.</summary>
    public static int WaitFor(string file)
    {
        File.WriteAllText(file + ".running", string.Empty);
        while (!File.Exists(file))
        {
            Thread.Sleep(5);
        }

        return Environment.ProcessId;
    }

    /// <summary>Waits until it is told to stop.</summary>
    public static int WaitForStop(CancellationToken stop)
    {
        _ = stop.WaitHandle.WaitOne();
        stop.ThrowIfCancellationRequested();
        return 0;
    }

    /// <summary>Goes down so many levels of nested executors and tells how deep it came.</summary>
    public static int Nest(int levels)
    {
        if (levels == 0)
        {
            return WorkerContext.Depth;
        }

        using var inner = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = 1 });
        return inner.Submit(Nest, levels - 1).GetAwaiter().GetResult();
    }

    /// <summary>Starts an executor in this worker and does not end it.</summary>
    public static int[] StartNested(int workers)
    {
        var inner = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = workers });
        s_kept = inner;
        string folder = Directory.CreateTempSubdirectory("loky-test-").FullName;
        try
        {
            return Task.WhenAll(Enumerable.Range(0, workers).Select(_ => s_kept.Submit(Meet, folder, workers))).GetAwaiter().GetResult();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
