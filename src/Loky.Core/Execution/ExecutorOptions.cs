namespace Loky;

/// <summary>What an executor is to be. Immutable; checked when an executor is made of it.</summary>
public sealed record ExecutorOptions
{
    /// <summary>The largest number of workers that can be asked for.</summary>
    public const int MaxWorkersLimit = 4096;

    /// <summary>The least memory, in bytes, that a worker can be limited to: what an idle one takes, and some to work.</summary>
    public const long MinWorkerMemory = 128 << 20;

    private const int MaxThreads = 1024;

    /// <summary>Gets the largest number of worker processes, from 1; null for as many as there are processors to use.</summary>
    public int? MaxWorkers { get; init; }

    /// <summary>
    /// Gets how long a worker may have nothing to do before it is ended; null for five minutes,
    /// <see cref="Timeout.InfiniteTimeSpan"/> to keep it.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>
    /// Gets how long a worker may take from when it is connected until it is ready, with all that prepares it; null for five
    /// minutes, <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.
    /// </summary>
    public TimeSpan? InitializerTimeout { get; init; }

    /// <summary>Gets variables that the workers' environment has beyond this process's; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    /// <summary>Gets how many tasks a worker runs before it is replaced, from 1; null or 0 for as many as come.</summary>
    public int? MaxTasksPerWorker { get; init; }

    /// <summary>
    /// Gets how many bytes may be resident in a worker after a garbage collection, also where they are shared with others,
    /// before it is replaced between two tasks; at least <see cref="MinWorkerMemory"/>, null or 0 for any amount.
    /// </summary>
    public long? MaxWorkerMemory { get; init; }

    /// <summary>
    /// Gets by how much a worker may grow, in megabytes since its first task and after a garbage collection, before it is
    /// replaced between two tasks; 0 for any amount, null for that where <see cref="MaxWorkerMemory"/> is set, and 300 where not.
    /// </summary>
    public int? MaxWorkerGrowth { get; init; }

    /// <summary>
    /// Gets how many threads the libraries in a worker may use, up to 1,024: what OpenMP, OpenBLAS, MKL and their like read
    /// from the environment, and where it is given the number of processors that .NET counts. Null or 0 for the processors
    /// divided by the workers, at least one. What the environment says already stays.
    /// </summary>
    public int? ThreadsPerWorker { get; init; }

    /// <summary>Gets the user's own ways to send values of some types, for this executor only; null for none.</summary>
    public IReadOnlyList<IValueConverter>? Converters { get; init; }

    /// <summary>Gets the machines that the workers run on; null or none for this one alone.</summary>
    public IReadOnlyList<WorkerHost>? Hosts { get; init; }

    internal ReadOnlyMemory<byte>? RunnerSettings { get; init; }

    /// <summary>Throws where a value is out of its bounds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It names the value, the bounds and the way out.</exception>
    public void Validate()
    {
        if (MaxWorkers is < 1 or > MaxWorkersLimit)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxWorkers), MaxWorkers, MessageText.Format(Messages.InvalidMaxWorkers, MaxWorkers, MaxWorkersLimit));
        }

        CheckNotNegative(MaxTasksPerWorker, nameof(MaxTasksPerWorker));
        if (MaxWorkerMemory is not (null or 0 or >= MinWorkerMemory))
        {
            throw new ArgumentOutOfRangeException(nameof(MaxWorkerMemory), MaxWorkerMemory, MessageText.Format(Messages.InvalidMemory, MaxWorkerMemory, nameof(MaxWorkerMemory), MinWorkerMemory >> 20));
        }

        CheckNotNegative(MaxWorkerGrowth, nameof(MaxWorkerGrowth));
        CheckNotNegative(ThreadsPerWorker, nameof(ThreadsPerWorker), MaxThreads);
        CheckTime(IdleTimeout, nameof(IdleTimeout), TimeSpan.Zero);
        CheckTime(InitializerTimeout, nameof(InitializerTimeout), TimeSpan.FromTicks(1));
        foreach ((string name, string? value) in Environment ?? new Dictionary<string, string?>())
        {
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal) || value?.Contains('\0', StringComparison.Ordinal) == true)
            {
                throw new ArgumentOutOfRangeException(nameof(Environment), name, MessageText.Format(Messages.InvalidVariable, name));
            }
        }
    }

    /// <summary>Returns these options completed by <paramref name="earlier"/> ones where they say nothing.</summary>
    internal ExecutorOptions Over(ExecutorOptions earlier) => new()
    {
        MaxWorkers = MaxWorkers ?? earlier.MaxWorkers,
        IdleTimeout = IdleTimeout ?? earlier.IdleTimeout,
        InitializerTimeout = InitializerTimeout ?? earlier.InitializerTimeout,
        Environment = Environment ?? earlier.Environment,
        MaxTasksPerWorker = MaxTasksPerWorker ?? earlier.MaxTasksPerWorker,
        MaxWorkerMemory = MaxWorkerMemory ?? earlier.MaxWorkerMemory,
        MaxWorkerGrowth = MaxWorkerGrowth ?? earlier.MaxWorkerGrowth,
        ThreadsPerWorker = ThreadsPerWorker ?? earlier.ThreadsPerWorker,
        Converters = Converters ?? earlier.Converters,
        Hosts = Hosts ?? earlier.Hosts,
        RunnerSettings = RunnerSettings ?? earlier.RunnerSettings,
    };

    /// <summary>Returns what of these options an executor can take over while its workers stay.</summary>
    internal ExecutorOptions SizeAndLimits() => new() { MaxWorkers = MaxWorkers, IdleTimeout = IdleTimeout, InitializerTimeout = InitializerTimeout };

    private static void CheckTime(TimeSpan? value, string name, TimeSpan least)
    {
        if (value is { } time && time != Timeout.InfiniteTimeSpan && (time < least || time.TotalSeconds > int.MaxValue))
        {
            throw new ArgumentOutOfRangeException(name, time, MessageText.Format(Messages.InvalidTimeSpan, time.TotalSeconds, int.MaxValue, name));
        }
    }

    private static void CheckNotNegative(int? value, string name, int most = int.MaxValue)
    {
        if (value < 0 || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, MessageText.Format(Messages.InvalidCount, value, name, most, 0));
        }
    }
}
