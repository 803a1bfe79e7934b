using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>One user's pool, reused, resized or exchanged as loky's <c>get_reusable_executor</c> does. Thread-safe.</summary>
/// <remarks>The settings stay until they are changed, whatever becomes of the pool; who has equal ones shares it.</remarks>
internal sealed class ReusablePool
{
    private readonly PoolRegistry _registry;
    private readonly ExecutorOptions _initial;
    private ExecutorOptions _settings;
    private WorkerPool? _pool;

    public ReusablePool(PoolRegistry registry, ExecutorOptions? initial = null)
    {
        _registry = registry;
        _initial = _settings = initial ?? new ExecutorOptions();
        registry.Add(this);
    }

    /// <summary>Gets the pool in use, or null where there is none that could run a task.</summary>
    public WorkerPool? Current
    {
        get
        {
            lock (_registry.Gate)
            {
                return Running;
            }
        }
    }

    /// <summary>Returns a pool that fits <paramref name="options"/>, grown if too small; what they leave out stays.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The options are out of bounds.</exception>
    public WorkerPool Get(ExecutorOptions options, ReusePolicy reuse = ReusePolicy.Auto, bool killWorkers = false, int atLeast = 1)
    {
        options.Validate();
        WorkerPool pool;
        WorkerPool? ended = null;
        lock (_registry.Gate)
        {
            WorkerPool? previous = Running;
            if (previous is not null && reuse == ReusePolicy.Always)
            {
                // What would need other workers is not to be had without replacing these.
                options = options.SizeAndLimits();
            }

            ExecutorOptions wanted = options.Over(_settings);
            bool fits = previous?.Options.HaveWorkersOf(wanted) == true;
            if (fits && reuse != ReusePolicy.Never)
            {
                pool = previous!;
            }
            else
            {
                pool = (reuse == ReusePolicy.Never ? null : _registry.Find(wanted)) ?? _registry.Create(wanted);
            }

            // Who comes to a pool that others have brings all that was asked for; later on only what is new.
            options = _pool == pool ? options : wanted;
            (_settings, _pool) = (wanted, pool);
            if (previous is not null && previous != pool)
            {
                ended = TakeOut(previous, pool, isReplaced: fits) ? previous : null;
            }
        }

        ended?.Shutdown(killWorkers, pool);
        pool.Adapt(options, atLeast);
        return pool;
    }

    /// <summary>Ends the pool in use, also for those who share it, and returns it; the settings stay.</summary>
    public WorkerPool? Stop(bool killWorkers)
    {
        WorkerPool? stopped;
        lock (_registry.Gate)
        {
            stopped = Running;
            if (stopped is not null)
            {
                _registry.TakeOut(stopped);
            }
        }

        stopped?.Shutdown(killWorkers, findSuccessor: () => _registry.Renew(stopped));
        return stopped;
    }

    /// <summary>Lets go of the pool in use and forgets the settings; returns the pool if it ends with that.</summary>
    public WorkerPool? Release(bool killWorkers)
    {
        WorkerPool? released;
        lock (_registry.Gate)
        {
            if (!_registry.Remove(this))
            {
                return null;
            }

            released = Running;
            (_settings, _pool) = (_initial, null);
            if (released is not null && !_registry.TakeOutIfUnused(released))
            {
                released = null;
            }
        }

        released?.Shutdown(killWorkers);
        return released;
    }

    /// <summary>Gets the settings that its next pool has; under the registry's lock.</summary>
    internal ExecutorOptions Settings => _settings;

    /// <summary>Tells whether this user has a pool, or would get it with its next call; under the registry's lock.</summary>
    internal bool Uses(WorkerPool pool) =>
        _pool is { State: PoolState.Running } current ? current == pool : pool.Options.HaveWorkersOf(_settings);

    /// <summary>Replaces a pool that is about to end; under the registry's lock.</summary>
    internal void OnTakenOut(WorkerPool pool, WorkerPool? successor) => _pool = _pool == pool ? successor : _pool;

    /// <summary>Gets the pool that it has or would get, where one runs; under the registry's lock.</summary>
    private WorkerPool? Running => _pool is { State: PoolState.Running } ? _pool : _registry.Find(_settings);

    /// <summary>One that is replaced by its like goes for all who share it; else it goes with its last user.</summary>
    private bool TakeOut(WorkerPool previous, WorkerPool next, bool isReplaced)
    {
        if (!isReplaced)
        {
            return _registry.TakeOutIfUnused(previous);
        }

        _registry.TakeOut(previous, next);
        return true;
    }
}
