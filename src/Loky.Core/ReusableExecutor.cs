using Loky.Execution;
using Loky.Launch;

namespace Loky;

/// <summary>The executor that a program shares, reused, resized or replaced: loky's <c>get_reusable_executor</c>.</summary>
public static class ReusableExecutor
{
    private static readonly ReusablePool Pool = new(new PoolRegistry(DotNetHost.CreateCommand));
    private static readonly object Gate = new();
    private static ProcessPoolExecutor? s_executor;

    /// <summary>Returns the shared executor as it is asked for; what the options leave out stays as it is.</summary>
    /// <param name="options">Size, idle timeout and more; null to take it as it is.</param>
    /// <param name="reuse">Whether an executor that does not fit is kept, or one that fits replaced.</param>
    /// <param name="killWorkers">Whether an executor that is replaced is killed instead of finishing its tasks.</param>
    /// <remarks>Thread-safe. Tasks given to an executor that has been replaced run on its successor.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its bounds.</exception>
    /// <exception cref="LokyRecursionException">This process is a worker, nested too deep already.</exception>
    public static ProcessPoolExecutor Get(ExecutorOptions? options = null, ReusePolicy reuse = ReusePolicy.Auto, bool killWorkers = false)
    {
        // One at a time: a second handle on the same pool would end it when it is collected.
        lock (Gate)
        {
            WorkerPool pool = Pool.Get(options ?? new ExecutorOptions(), reuse, killWorkers);
            if (s_executor?.Pool != pool)
            {
                s_executor = new ProcessPoolExecutor(pool);
            }

            return s_executor;
        }
    }
}
