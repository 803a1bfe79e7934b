using Loky.Launch;
using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>
/// The pools of a process that several may use, one for each set of settings: whoever asks for equal settings shares a
/// pool, and a pool goes when the last of its users lets go.
/// </summary>
/// <remarks>
/// One lock guards all that belongs to it, also the users; it is taken before those of pools, never after. Pools are shut
/// down and changed without it, as that may call back.
/// </remarks>
internal sealed class PoolRegistry(Func<WorkerCommand> createCommand)
{
    private readonly HashSet<ReusablePool> _users = [];
    private readonly List<WorkerPool> _pools = [];

    /// <summary>Gets the lock.</summary>
    public object Gate { get; } = new();

    /// <summary>Adds a user, whose settings count from now on.</summary>
    public void Add(ReusablePool user)
    {
        lock (Gate)
        {
            _users.Add(user);
        }
    }

    /// <summary>Returns the pool that runs with some settings, or null. Under the lock.</summary>
    public WorkerPool? Find(ExecutorOptions settings) =>
        _pools.Find(pool => pool.State == PoolState.Running && pool.Options.HaveWorkersOf(settings));

    /// <summary>Makes a pool. Under the lock.</summary>
    public WorkerPool Create(ExecutorOptions settings)
    {
        var pool = new WorkerPool(PoolOptions.Of(settings, createCommand()));
        _pools.RemoveAll(static pool => pool.State is PoolState.Stopped or PoolState.Broken);
        _pools.Add(pool);
        return pool;
    }

    /// <summary>
    /// Returns what stands in for a pool that one of its users has stopped, where another was just about to run something in it;
    /// null where none has these settings any more.
    /// </summary>
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

    /// <summary>Takes out a pool that nobody uses any more, for the caller to shut down. Tells whether it did. Under the lock.</summary>
    public bool TakeOutIfUnused(WorkerPool pool)
    {
        if (_users.Any(user => user.Uses(pool)))
        {
            return false;
        }

        _pools.Remove(pool);
        return true;
    }

    /// <summary>Takes out a pool, for the caller to shut down, though others may use it. Under the lock.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="successor">What its users have from now on.</param>
    public void TakeOut(WorkerPool pool, WorkerPool? successor = null)
    {
        _pools.Remove(pool);
        foreach (ReusablePool user in _users)
        {
            user.OnTakenOut(pool, successor);
        }
    }

    /// <summary>Removes a user, whose settings count no more. Tells whether it was one. Under the lock.</summary>
    public bool Remove(ReusablePool user) => _users.Remove(user);
}
