namespace Loky;

/// <summary>What an executor is to be. Immutable; checked when an executor is made of it.</summary>
public sealed record ExecutorOptions
{
    /// <summary>The largest number of workers that can be asked for.</summary>
    public const int MaxWorkersLimit = 4096;

    /// <summary>Gets the largest number of worker processes, from 1; null for as many as there are processors to use.</summary>
    public int? MaxWorkers { get; init; }

    /// <summary>
    /// Gets how long a worker may have nothing to do before it is ended; null for five minutes,
    /// <see cref="Timeout.InfiniteTimeSpan"/> to keep it.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Gets variables that the workers' environment has beyond this process's; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    /// <summary>Gets how many tasks a worker runs before it is replaced, from 1; null or 0 for as many as come.</summary>
    public int? MaxTasksPerWorker { get; init; }

    /// <summary>
    /// Gets by how much a worker may grow, in megabytes since its first task and after a garbage collection, before it is
    /// replaced between two tasks; null for 300, 0 for any amount.
    /// </summary>
    public int? MaxWorkerGrowth { get; init; }

    /// <summary>Gets the user's own ways to send values of some types, for this executor only; null for none.</summary>
    public IReadOnlyList<IValueConverter>? Converters { get; init; }

    /// <summary>Gets what the runner of scriptblocks needs for its start; null to keep what it is.</summary>
    internal ReadOnlyMemory<byte>? RunnerSettings { get; init; }

    /// <summary>
    /// Gets what the caller of the executor wants kept with it, and compared to tell whether it is another; null to keep
    /// what it is.
    /// </summary>
    internal object? CallerSettings { get; init; }

    /// <summary>Throws where a value is out of its bounds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It names the value, the bounds and the way out.</exception>
    public void Validate()
    {
        if (MaxWorkers is < 1 or > MaxWorkersLimit)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxWorkers), MaxWorkers, MessageText.Format(Messages.InvalidMaxWorkers, MaxWorkers, MaxWorkersLimit));
        }

        CheckNotNegative(MaxTasksPerWorker, nameof(MaxTasksPerWorker));
        CheckNotNegative(MaxWorkerGrowth, nameof(MaxWorkerGrowth));
        if (IdleTimeout is { } timeout && timeout != Timeout.InfiniteTimeSpan && (timeout < TimeSpan.Zero || timeout.TotalMilliseconds > int.MaxValue - 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(IdleTimeout), timeout, MessageText.Format(Messages.InvalidIdleTimeout, timeout.TotalSeconds, int.MaxValue / 1000));
        }
    }

    private static void CheckNotNegative(int? value, string name)
    {
        if (value < 0)
        {
            throw new ArgumentOutOfRangeException(name, value, MessageText.Format(Messages.InvalidCount, value, name, int.MaxValue, 0));
        }
    }
}
