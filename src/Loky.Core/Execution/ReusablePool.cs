using Loky.Launch;

namespace Loky.Execution;

/// <summary>
/// A pool that is kept from call to call: reused while it fits, resized where only its size or idle timeout differs,
/// replaced where more does. Thread-safe. loky's <c>get_reusable_executor</c>.
/// </summary>
internal sealed class ReusablePool(Func<WorkerCommand> createCommand)
{
    private readonly object _gate = new();
    private WorkerPool? _current;

    /// <summary>Gets the pool in use, or null where there is none that could run a task.</summary>
    public WorkerPool? Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>Returns the pool that fits <paramref name="options"/>; what they leave out stays as it is.</summary>
    /// <param name="options">What the pool is to be.</param>
    /// <param name="reuse">Whether a pool that does not fit is kept, or one that fits replaced.</param>
    /// <param name="killWorkers">Whether a pool that is replaced is killed instead of finishing its work.</param>
    /// <param name="atLeast">How many workers a call needs; a smaller pool grows, a larger one stays.</param>
    /// <exception cref="ArgumentOutOfRangeException">The options are out of bounds.</exception>
    public WorkerPool Get(ExecutorOptions options, ReusePolicy reuse = ReusePolicy.Auto, bool killWorkers = false, int atLeast = 1)
    {
        options.Validate();
        lock (_gate)
        {
            WorkerPool? previous = _current is { State: PoolState.Running } ? _current : null;
            if (previous is null || reuse == ReusePolicy.Never || (reuse == ReusePolicy.Auto && !Fits(options, previous)))
            {
                _current = new WorkerPool(PoolOptions.Of(options, createCommand(), previous));
                previous?.Shutdown(killWorkers, _current);
            }

            _current!.Adapt(options, atLeast);
            return _current;
        }
    }

    /// <summary>Ends the pool in use, if there is one, and returns it.</summary>
    public WorkerPool? Stop(bool killWorkers)
    {
        WorkerPool? stopped;
        lock (_gate)
        {
            stopped = _current;
            _current = null;
        }

        stopped?.Shutdown(killWorkers);
        return stopped;
    }

    private static bool Fits(ExecutorOptions options, WorkerPool current) =>
        SameEnvironment(options.Environment, current.Options.Environment)
        && (options.MaxTasksPerWorker is null || options.MaxTasksPerWorker == current.Options.MaxTasksPerWorker)
        && (options.MaxWorkerGrowth is null || options.MaxWorkerGrowth == current.Options.MaxWorkerGrowth)
        && (options.RunnerSettings is not { } settings || settings.Span.SequenceEqual(current.Options.Command.RunnerSettings.Span))
        && (options.CallerSettings is null || options.CallerSettings.Equals(current.Options.CallerSettings))
        && (options.Converters is null || options.Converters.SequenceEqual(current.Options.Converters));

    private static bool SameEnvironment(IReadOnlyDictionary<string, string?>? wanted, IReadOnlyDictionary<string, string?>? current) =>
        wanted is null
        || (wanted.Count == (current?.Count ?? 0)
            && wanted.All(pair => current!.TryGetValue(pair.Key, out string? value) && value == pair.Value));
}
