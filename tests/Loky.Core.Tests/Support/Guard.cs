using Loky.Execution;

namespace Loky.Tests.Support;

/// <summary>The deadlock guard: runs a test's body within a hard limit, and tells what the pool was doing when it is passed.</summary>
internal static class Guard
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    /// <summary>Runs a body on an executor of its own, and checks afterwards that no worker of it is left.</summary>
    public static Task Run(int workers, Func<ProcessPoolExecutor, Task> body, int seconds = 60) =>
        Run(new ExecutorOptions { MaxWorkers = workers }, body, seconds);

    /// <summary>Runs a body on an executor of its own, and checks afterwards that no worker of it is left.</summary>
    public static async Task Run(ExecutorOptions options, Func<ProcessPoolExecutor, Task> body, int seconds = 60)
    {
        var executor = new ProcessPoolExecutor(options);
        IReadOnlyList<int> last = [];
        try
        {
            await Limit(() => body(executor), () => executor.Pool, seconds);
        }
        finally
        {
            last = executor.WorkerProcessIds;
            executor.Shutdown(wait: false, killWorkers: true);
            await Within(executor.Pool.Stopped, () => executor.Pool, EndLimit, "did not stop");
            executor.Dispose();
        }

        await Processes.Gone(last);
    }

    /// <summary>Runs a body within a limit.</summary>
    public static Task Limit(Func<Task> body, Func<WorkerPool?> pool, int seconds = 60) =>
        Within(Task.Run(body), pool, TimeSpan.FromSeconds(seconds), "did not end");

    /// <summary>Describes what a pool is doing.</summary>
    public static string Describe(WorkerPool? pool)
    {
        if (pool is null)
        {
            return "There is no pool.";
        }

        PoolStatus status = pool.GetStatus();
        string workers = string.Join(string.Empty, status.Workers.Select(worker => $"{Environment.NewLine}  {worker} alive: {Processes.IsAlive(worker.ProcessId)}"));
        return $"{status.State}, at most {status.MaxWorkers}, {status.TasksPending} pending, {status.TasksDone} done, {status.Restarts} restarts, workers:{workers}";
    }

    private static async Task Within(Task task, Func<WorkerPool?> pool, TimeSpan limit, string failure)
    {
        try
        {
            await task.WaitAsync(limit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"The test {failure} within {limit}. The pool: {Describe(pool())}");
        }
    }
}
