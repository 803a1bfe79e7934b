namespace Loky.Scheduling;

/// <summary>What a scheduler is to know of its pool.</summary>
internal sealed record SchedulerOptions
{
    public required int MaxWorkers { get; init; }

    public required int Room { get; init; }

    /// <summary>Gets a value indicating whether all workers are started for the first item.</summary>
    public required bool StartAll { get; init; }

    public required TimeSpan IdleTimeout { get; init; }

    public required TimeSpan InitializerTimeout { get; init; }

    /// <summary>Gets how many items a worker runs before it is replaced; 0 for any number.</summary>
    public int MaxTasksPerWorker { get; init; }

    public bool HasHosts { get; init; }

    public int Processors { get; init; } = 1;
}
