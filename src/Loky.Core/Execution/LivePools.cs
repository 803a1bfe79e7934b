namespace Loky.Execution;

/// <summary>
/// The pools that have, or may get, workers, so that a process that ends regularly takes its workers along at once. A
/// process that is killed needs no help: its workers see the end of their channels.
/// </summary>
internal static class LivePools
{
    private static readonly object Gate = new();
    private static readonly HashSet<WorkerPool> Pools = [];
    private static bool s_hooked;

    /// <summary>Adds a pool.</summary>
    public static void Add(WorkerPool pool)
    {
        lock (Gate)
        {
            Pools.Add(pool);
            if (!s_hooked)
            {
                s_hooked = true;
                AppDomain.CurrentDomain.ProcessExit += static (_, _) => KillAll();
            }
        }
    }

    /// <summary>Gets the pools.</summary>
    public static WorkerPool[] All()
    {
        lock (Gate)
        {
            return [.. Pools];
        }
    }

    /// <summary>Removes a pool that has stopped.</summary>
    public static void Remove(WorkerPool pool)
    {
        lock (Gate)
        {
            Pools.Remove(pool);
        }
    }

    private static void KillAll()
    {
        foreach (WorkerPool pool in All())
        {
            pool.KillNow();
        }
    }
}
