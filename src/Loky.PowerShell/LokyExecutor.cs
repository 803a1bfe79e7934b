using System.Collections;
using Loky.Execution;
using Loky.PowerShell.Launch;

namespace Loky.PowerShell;

/// <summary>The session's executor at one moment, as <c>Get-LokyExecutor</c> shows it.</summary>
public sealed class LokyExecutor
{
    private LokyExecutor(PoolStatus status, WorkerPool pool, SessionExecutor session)
    {
        State = status.State.ToString();
        MaxWorkers = status.MaxWorkers;
        IdleTimeout = status.IdleTimeout;
        InitializerTimeout = pool.InitializerTimeout;
        Initializer = session.InitializerOf(pool);
        Environment = pool.Options.Environment ?? new Dictionary<string, string?>();
        LanguageMode = session.Mode;
        MaxTasksPerWorker = pool.Options.MaxTasksPerWorker;
        MaxWorkerMemory = pool.Options.MaxWorkerMemory;
        ThreadsPerWorker = pool.Options.ThreadsPerWorker;
        Converter = session.ConverterTable;
        TasksRunning = status.Workers.Sum(static worker => worker.TasksRunning);
        TasksPending = status.TasksPending;
        TasksDone = status.TasksDone;
        Restarts = status.Restarts;
        Hosts = [.. status.Hosts.Select(static host => new LokyHostStatus(host))];
        Workers = [.. status.Workers.Select(static worker => new LokyWorker(worker))];
    }

    /// <summary>Gets the state: Running, Draining, Broken or Stopped.</summary>
    public string State { get; }

    /// <summary>Gets the largest number of workers.</summary>
    public int MaxWorkers { get; }

    /// <summary>Gets how long a worker may have nothing to do before it is ended.</summary>
    public TimeSpan IdleTimeout { get; }

    /// <summary>Gets the scriptblock that prepares each worker; null for none.</summary>
    public ScriptBlock? Initializer { get; }

    /// <summary>Gets how long a worker may take to be prepared.</summary>
    public TimeSpan InitializerTimeout { get; }

    /// <summary>Gets the variables that the workers' environment has beyond the session's; null for one that they lack.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    /// <summary>Gets how many items a worker runs before it is replaced; 0 for as many as come.</summary>
    public int MaxTasksPerWorker { get; }

    /// <summary>Gets how many bytes of memory a worker may have before it is replaced; 0 for any amount.</summary>
    public long MaxWorkerMemory { get; }

    /// <summary>Gets how many threads the libraries in a worker may use; 0 for the processors divided by the workers.</summary>
    public int ThreadsPerWorker { get; }

    /// <summary>Gets the workers' language mode: the session's, or a stricter one of its initializer or converters.</summary>
    public PSLanguageMode LanguageMode { get; }

    /// <summary>Gets the converters, as they were given; null for none.</summary>
    public IDictionary? Converter { get; }

    /// <summary>Gets the number of items that are at workers.</summary>
    public int TasksRunning { get; }

    /// <summary>Gets the number of items that wait for a worker.</summary>
    public long TasksPending { get; }

    /// <summary>Gets the number of items that have ended.</summary>
    public long TasksDone { get; }

    /// <summary>Gets the number of workers that died and were replaced.</summary>
    public int Restarts { get; }

    /// <summary>Gets the hosts; none where there is only this machine.</summary>
    public IReadOnlyList<LokyHostStatus> Hosts { get; }

    /// <summary>Gets the workers.</summary>
    public IReadOnlyList<LokyWorker> Workers { get; }

    internal static LokyExecutor Of(WorkerPool pool, SessionExecutor session) => new(pool.GetStatus(), pool, session);
}
