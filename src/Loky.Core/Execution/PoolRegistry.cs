using Loky.Launch;
using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>The pools of a process, one for each set of settings; a pool goes when the last of its users lets go.</summary>
/// <remarks>One lock guards it and its users, taken before those of pools, which are shut down and changed without it.</remarks>
internal sealed class PoolRegistry(Func<WorkerCommand> createCommand)
{
    private readonly HashSet<ReusablePool> _users = [];
    private readonly List<WorkerPool> _pools = [];

    public object Gate { get; } = new();

    /// <summary>Adds a user, whose settings count from now on.</summary>
    public void Add(ReusablePool user)
    {
        lock (Gate)
        {
            _users.Add(user);
        }
    }

    /// <summary>Returns the pool that runs with some settings, or null; under the lock.</summary>
    public WorkerPool? Find(ExecutorOptions settings) =>
        _pools.Find(pool => pool.State == PoolState.Running && pool.Options.HaveWorkersOf(settings));

    /// <summary>Makes a pool; under the lock.</summary>
    public WorkerPool Create(ExecutorOptions settings)
    {
        var pool = new WorkerPool(PoolOptions.Of(settings, createCommand()));
        _pools.RemoveAll(static pool => pool.State is PoolState.Stopped or PoolState.Broken);
        _pools.Add(pool);
        return pool;
    }

    /// <summary>Returns what stands in for a pool that a user stopped while another was about to use it, or null.</summary>
    public WorkerPool? Renew(WorkerPool stopped)
    {
        WorkerPool pool;
        lock (Gate)
        {
            if (_users.FirstOrDefault(user => stopped.Options.HaveWorkersOf(user.Settings)) is not { } user)
            {
                return null;
            }

            pool = Find(user.Settings) ?? Create(user.Settings);
        }

        pool.Adapt(new ExecutorOptions(), stopped.MaxWorkers);
        return pool;
    }

    /// <summary>Takes out a pool that nobody uses any more, and tells whether it did: the caller shuts it down then. Under the lock.</summary>
    public bool TakeOutIfUnused(WorkerPool pool)
    {
        if (_users.Any(user => user.Uses(pool)))
        {
            return false;
        }

        _pools.Remove(pool);
        return true;
    }

    /// <summary>Takes a pool out for the caller to shut down; its users then have the successor. Under the lock.</summary>
    public void TakeOut(WorkerPool pool, WorkerPool? successor = null)
    {
        _pools.Remove(pool);
        foreach (ReusablePool user in _users)
        {
            user.OnTakenOut(pool, successor);
        }
    }

    /// <summary>Removes a user, whose settings count no more; under the lock.</summary>
    public bool Remove(ReusablePool user) => _users.Remove(user);
}
