using Loky.Channel;
using Loky.Connections;
using Loky.Hosting;
using Loky.Launch;
using Loky.Remote;

namespace Loky.Execution;

/// <summary>What a pool is made of; size and idle timeout can be changed on the pool itself.</summary>
internal sealed record PoolOptions
{
    private const int DefaultWorkerGrowth = 300;
    private const long Megabyte = 1 << 20;

    private static readonly TimeSpan DefaultIdleTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DefaultInitializerTimeout = TimeSpan.FromMinutes(5);

    public required int MaxWorkers { get; init; }

    /// <summary>Gets what tells how many workers the system allows, by how many there are already.</summary>
    public Func<int, int> WorkerCap { get; init; } = Execution.WorkerCap.Current;

    /// <summary>Gets how long a worker may have nothing to do before it is ended; infinite to keep it.</summary>
    public required TimeSpan IdleTimeout { get; init; }

    /// <summary>Gets how long a worker may prepare itself; infinite for as long as it takes.</summary>
    public TimeSpan InitializerTimeout { get; init; } = DefaultInitializerTimeout;

    /// <summary>Gets a value indicating whether the first task starts all workers, not just those it needs.</summary>
    public bool StartAll { get; init; }

    public required WorkerCommand Command { get; init; }

    /// <summary>Gets variables that the workers' environment has beyond the parent's; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    /// <summary>Gets how many items a worker runs before it is replaced; 0 for as many as come.</summary>
    public int MaxTasksPerWorker { get; init; }

    /// <summary>Gets how many bytes of memory a worker may have before it is replaced; 0 for any amount.</summary>
    public long MaxWorkerMemory { get; init; }

    /// <summary>Gets by how many megabytes a worker may grow before it is replaced; 0 for any amount.</summary>
    public int MaxWorkerGrowth { get; init; }

    /// <summary>Gets how many threads the libraries in a worker may use; 0 for the processors divided by the workers.</summary>
    public int ThreadsPerWorker { get; init; }

    public ReadOnlyMemory<byte> DelegateSettings { get; init; }

    public IReadOnlyList<IValueConverter> Converters { get; init; } = [];

    /// <summary>Gets the machines that the workers run on; none for this one alone.</summary>
    public IReadOnlyList<WorkerHost> Hosts { get; init; } = [];

    /// <summary>Gets what makes the launcher of workers; null for processes of this machine.</summary>
    public Func<PoolOptions, ILauncher>? Launcher { get; init; }

    /// <summary>Gets the clock of all in the pool, with the frequency of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public ILauncher CreateLauncher()
    {
        if (Launcher is not null)
        {
            return Launcher(this);
        }

        var local = new LocalLauncher(Command, Environment, new WorkerSetup
        {
            UserStartupHooks = Command.UserStartupHooks,
            MaxMemory = MaxWorkerMemory,
            MaxGrowth = MaxWorkerGrowth * Megabyte,
            DelegateSettings = DelegateSettings,
            RunnerSettings = Command.RunnerSettings,
        })
        {
            Clock = Clock,
            Threads = new ThreadLimits(ThreadsPerWorker, WorkersHere),
        };
        return Hosts.Count == 0 ? local : new HostsLauncher(this, local);
    }

    /// <summary>Makes options of what a user asked for; what is left out is as by default.</summary>
    /// <exception cref="TaskSerializationException">The settings of the runner are too large for one message.</exception>
    public static PoolOptions Of(ExecutorOptions options, WorkerCommand command)
    {
        WorkerSetup.CheckSize(options.RunnerSettings?.Length ?? 0);
        IReadOnlyList<IValueConverter> converters = options.Converters ?? [];
        IReadOnlyList<WorkerHost> hosts = HostsOf(options);
        var made = new PoolOptions
        {
            MaxWorkers = options.MaxWorkers ?? (hosts.Count > 0 ? ExecutorOptions.MaxWorkersLimit : options.Hosts is [{ Workers: { } local }] ? local : CpuCount.Available),
            Hosts = hosts,
            IdleTimeout = options.IdleTimeout ?? DefaultIdleTimeout,
            InitializerTimeout = options.InitializerTimeout ?? DefaultInitializerTimeout,
            Environment = options.Environment,
            StartAll = options.MaxWorkers is not null,
            Command = command with { RunnerSettings = options.RunnerSettings ?? default },
            MaxTasksPerWorker = options.MaxTasksPerWorker ?? 0,
            MaxWorkerMemory = options.MaxWorkerMemory ?? 0,
            MaxWorkerGrowth = GrowthOf(options),
            ThreadsPerWorker = options.ThreadsPerWorker ?? 0,
            Converters = converters,
            DelegateSettings = DelegateRunner.WriteSettings(converters),
        };

        // What this machine allows is no limit for others.
        return hosts.Count > 0 ? made with { WorkerCap = static _ => int.MaxValue } : made;
    }

    /// <summary>Tells whether workers for <paramref name="options"/> are such as these, but for number and times.</summary>
    public bool HaveWorkersOf(ExecutorOptions options) =>
        (options.MaxTasksPerWorker ?? 0) == MaxTasksPerWorker
        && (options.MaxWorkerMemory ?? 0) == MaxWorkerMemory
        && GrowthOf(options) == MaxWorkerGrowth
        && (options.ThreadsPerWorker ?? 0) == ThreadsPerWorker
        && SameEnvironment(options.Environment, Environment)
        && (options.RunnerSettings ?? default).Span.SequenceEqual(Command.RunnerSettings.Span)
        && (options.Converters ?? []).SequenceEqual(Converters)
        && HostsOf(options).SequenceEqual(Hosts);

    /// <summary>Who says how much a worker may have means that, and not how it has come to it.</summary>
    private static int GrowthOf(ExecutorOptions options) => options.MaxWorkerGrowth ?? (options.MaxWorkerMemory > 0 ? 0 : DefaultWorkerGrowth);

    /// <summary>Gets how many workers share this machine; 0 for one on each processor.</summary>
    private int WorkersHere => Hosts.Count == 0 ? MaxWorkers : Hosts.Where(static host => host.IsThisMachine).Sum(static host => host.Workers ?? 0);

    /// <summary>This machine alone is what an executor has without hosts.</summary>
    private static IReadOnlyList<WorkerHost> HostsOf(ExecutorOptions options) => options.Hosts is null or [{ IsThisMachine: true }] ? [] : options.Hosts;

    private static bool SameEnvironment(IReadOnlyDictionary<string, string?>? wanted, IReadOnlyDictionary<string, string?>? current)
    {
        (wanted, current) = (EnvironmentNames.Of(wanted), EnvironmentNames.Of(current));
        return wanted.Count == current.Count && wanted.All(pair => current.TryGetValue(pair.Key, out string? value) && value == pair.Value);
    }
}
