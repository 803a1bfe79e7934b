using System.Diagnostics;
using System.Runtime.CompilerServices;
using Loky.Execution;
using Loky.Launch;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>What a task leaves behind, in the parent and in the worker, and what a worker has of its parent.</summary>
[Collection(UsesWorkers.Name)]
public sealed class RemainsTests
{
    // What the pool itself sets for a worker; none of it is secret.
    private static readonly string[] OwnVariables =
        ["DOTNET_gcServer", "DOTNET_EnableDiagnostics_IPC", "DOTNET_EnableDiagnostics_Debugger", "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"];

    private static WeakReference? s_argument;

    [Fact]
    public Task The_parent_keeps_no_reference_to_arguments_and_results() => Guard.Run(1, async executor =>
    {
        WeakReference[] references = await Run(executor);

        // The next task takes the places of the last one in what is kept for speed.
        Assert.Equal(1, await executor.Submit(WorkerTasks.Same, 1));
        await Until.True(() => IsCollected(references), "arguments and results are collected");

        [MethodImpl(MethodImplOptions.NoInlining)]
        static async Task<WeakReference[]> Run(ProcessPoolExecutor executor)
        {
            string[] argument = ["argument"];
            Func<string[], string[]> task = Append;
            string[] result = await executor.Submit(task, argument);
            List<string[]> mapped = await executor.Map(task, [argument]).ToList();
            return [new WeakReference(argument), new WeakReference(result), new WeakReference(mapped[0]), new WeakReference(executor.Submit(task, argument))];
        }
    });

    [Fact]
    public Task A_worker_keeps_no_reference_to_the_arguments_of_a_task_that_has_ended() => Guard.Run(1, async executor =>
    {
        Assert.Equal(3, await executor.Submit(KeepWeakly, new int[] { 1, 2, 3 }));
        Assert.Equal(1, await executor.Submit(WorkerTasks.Same, 1));
        Assert.True(await executor.Submit(() => IsCollected([s_argument!])));
        Assert.Equal([3], await executor.Map(KeepWeakly, new int[][] { [1, 2, 3] }).ToList());
        Assert.Equal([1], await executor.Map(WorkerTasks.Same, [1]).ToList());
        Assert.True(await executor.Submit(() => IsCollected([s_argument!])));
    });

    [Fact]
    public Task A_death_in_a_finalizer_after_the_result_keeps_the_result() => Guard.Run(1, async executor =>
    {
        for (int round = 0; round < 3; round++)
        {
            int worker = await executor.Submit(LeaveADeadlyFinalizer);
            await Processes.Gone([worker]);
        }

        Assert.Equal(Enumerable.Range(0, 50), await Task.WhenAll(Enumerable.Range(0, 50).Select(i => executor.Submit(WorkerTasks.Same, i))));
    });

    [Fact]
    public Task A_task_without_memory_fails_alone() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 2, Environment = new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = "0x4000000" } },
        async executor =>
        {
            Exception error = await Assert.ThrowsAnyAsync<Exception>(() => executor.Submit(TakeAllMemory));

            // The runtime may or may not have enough left to throw.
            Assert.True(error is OutOfMemoryException or TerminatedWorkerException, $"{error}");
            Assert.Equal(Enumerable.Range(0, 50), await Task.WhenAll(Enumerable.Range(0, 50).Select(i => executor.Submit(WorkerTasks.Same, i))));
        });

    [Fact]
    public Task An_argument_larger_than_a_message_is_refused_before_anything_is_sent() => Guard.Run(1, async executor =>
    {
        int worker = await executor.Submit(WorkerTasks.ProcessId);
        long[] huge = GC.AllocateUninitializedArray<long>(280_000_000);
        TaskSerializationException error = await Assert.ThrowsAsync<TaskSerializationException>(() => executor.Submit(values => values.Length, huge));
        Assert.Contains("2240000000", new string([.. error.Message.Where(char.IsAsciiDigit)]), StringComparison.Ordinal);
        Assert.Equal(worker, await executor.Submit(WorkerTasks.ProcessId));
    });

    [LinuxFact]
    public Task A_worker_shares_no_socket_and_no_pipe_with_another_and_has_no_file_of_its_parent() => Guard.Run(3, async executor =>
    {
        // What this process was itself given open, by whatever started it, goes on to all that it starts.
        string[] given = HandlesOf(Environment.ProcessId);
        string file = Path.GetTempFileName();
        try
        {
            using var held = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
            string folder = Directory.CreateTempSubdirectory("loky-test-").FullName;
            try
            {
                _ = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => executor.Submit(WorkerTasks.Meet, folder, 3)));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }

            Dictionary<int, string[]> handles = executor.WorkerProcessIds.ToDictionary(id => id, HandlesOf);
            Assert.Equal(3, handles.Count);
            foreach ((int id, string[] mine) in handles)
            {
                Assert.Single(mine, handle => handle.StartsWith("socket:", StringComparison.Ordinal));
                Assert.DoesNotContain(file, mine);
                string[] others = [.. handles.Where(pair => pair.Key != id).SelectMany(pair => pair.Value).Except(given)];
                Assert.DoesNotContain(mine, handle => (handle.StartsWith("socket:", StringComparison.Ordinal) || handle.StartsWith("pipe:", StringComparison.Ordinal)) && others.Contains(handle));
            }
        }
        finally
        {
            File.Delete(file);
        }
    });

    [LinuxFact]
    public Task A_worker_is_told_its_secret_neither_on_its_command_line_nor_in_its_environment() => Guard.Run(1, async executor =>
    {
        int worker = await executor.Submit(WorkerTasks.ProcessId);
        string[] arguments = File.ReadAllText($"/proc/{worker}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["exec", "--fx-version", Environment.Version.ToString(3)], arguments[1..4]);
        Assert.EndsWith("Loky.Worker.dll", Assert.Single(arguments[4..]), StringComparison.Ordinal);

        // Nothing is there but what the parent has, how many threads libraries may use, and settings of the runtime that are
        // the same for each worker.
        HashSet<string> own = [.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(pair => $"{pair.Key}={pair.Value}")];
        string[] threads = [.. ThreadLimits.Libraries.Select(static name => $"{name}={CpuCount.Available}")];
        string[] added = [.. File.ReadAllText($"/proc/{worker}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(pair => !own.Contains(pair) && !threads.Contains(pair))];
        Assert.All(added, pair => Assert.Contains(pair.Split('=')[0], OwnVariables));
        Assert.All(added, pair => Assert.Matches("=0+$", pair));

        // And no more in what the worker starts.
        string[] inChild = [.. (await executor.Submit(EnvironmentOfChild)).Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(pair => !own.Contains(pair) && !threads.Contains(pair))];
        Assert.All(inChild, pair => Assert.Equal("DOTNET_gcServer=0", pair));
    });

    private static string[] HandlesOf(int process) =>
        [.. Directory.GetFiles($"/proc/{process}/fd").Select(path => new FileInfo(path).LinkTarget ?? string.Empty)];

    private static string EnvironmentOfChild()
    {
        using Process cat = Process.Start(new ProcessStartInfo("cat", "/proc/self/environ") { RedirectStandardOutput = true, UseShellExecute = false })!;
        string output = cat.StandardOutput.ReadToEnd();
        cat.WaitForExit();
        return output;
    }

    private static string[] Append(string[] values) => [.. values, "more"];

    private static int KeepWeakly(int[] values)
    {
        s_argument = new WeakReference(values);
        return values.Length;
    }

    private static bool IsCollected(WeakReference[] references)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return !Array.Exists(references, reference => reference.IsAlive);
    }

    private static int TakeAllMemory()
    {
        List<byte[]> kept = [];
        while (true)
        {
            kept.Add(new byte[1 << 20]);
        }
    }

    private static int LeaveADeadlyFinalizer()
    {
        Leave();

        // The finalizer runs when the result is long on its way, on a thread that nobody waits for.
        new Thread(() =>
        {
            Thread.Sleep(200);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }) { IsBackground = true }.Start();
        return Environment.ProcessId;

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Leave() => _ = new DeadlyFinalizer();
    }

    private sealed class DeadlyFinalizer
    {
        ~DeadlyFinalizer() => Deaths.Die(Death.Segmentation);
    }
}
