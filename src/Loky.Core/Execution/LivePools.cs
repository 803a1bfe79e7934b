namespace Loky.Execution;

/// <summary>The pools whose workers a process that ends takes along; where it is killed, they see their channels end.</summary>
internal static class LivePools
{
    private static readonly object Gate = new();
    private static readonly HashSet<WorkerPool> Pools = [];
    private static bool s_hooked;

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

    public static WorkerPool[] All()
    {
        lock (Gate)
        {
            return [.. Pools];
        }
    }

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
