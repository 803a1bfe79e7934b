using Loky.Execution;

namespace Loky.PowerShell;

/// <summary>The session's executor at one moment, as <c>Get-LokyExecutor</c> shows it.</summary>
public sealed class LokyExecutor
{
    private LokyExecutor(PoolStatus status)
    {
        State = status.State.ToString();
        MaxWorkers = status.MaxWorkers;
        IdleTimeout = status.IdleTimeout;
        TasksRunning = status.Workers.Sum(static worker => worker.TasksRunning);
        TasksPending = status.TasksPending;
        TasksDone = status.TasksDone;
        Restarts = status.Restarts;
        Workers = [.. status.Workers.Select(static worker => new LokyWorker(worker))];
    }

    /// <summary>Gets the state: Running, Draining, Broken or Stopped.</summary>
    public string State { get; }

    /// <summary>Gets the largest number of workers.</summary>
    public int MaxWorkers { get; }

    /// <summary>Gets how long a worker may have nothing to do before it is ended.</summary>
    public TimeSpan IdleTimeout { get; }

    /// <summary>Gets the number of items that are at workers.</summary>
    public int TasksRunning { get; }

    /// <summary>Gets the number of items that wait for a worker.</summary>
    public long TasksPending { get; }

    /// <summary>Gets the number of items that have ended.</summary>
    public long TasksDone { get; }

    /// <summary>Gets the number of workers that died and were replaced.</summary>
    public int Restarts { get; }

    /// <summary>Gets the workers.</summary>
    public IReadOnlyList<LokyWorker> Workers { get; }

    /// <summary>Takes the picture of a pool.</summary>
    internal static LokyExecutor Of(WorkerPool pool) => new(pool.GetStatus());
}
