namespace Loky.Scheduling;

/// <summary>What a scheduler is to know of its pool.</summary>
internal sealed record SchedulerOptions
{
    /// <summary>Gets the largest number of workers, until it is changed.</summary>
    public required int MaxWorkers { get; init; }

    /// <summary>Gets how many workers there is room for, until that changes.</summary>
    public required int Room { get; init; }

    /// <summary>Gets a value indicating whether all workers are started for the first item.</summary>
    public required bool StartAll { get; init; }

    /// <summary>Gets how long a worker may have nothing to do, until it is changed.</summary>
    public required TimeSpan IdleTimeout { get; init; }

    /// <summary>Gets how long a worker may prepare itself, until it is changed.</summary>
    public required TimeSpan InitializerTimeout { get; init; }

    /// <summary>Gets how many items a worker runs before it is replaced; 0 for any number.</summary>
    public int MaxTasksPerWorker { get; init; }

    /// <summary>Gets a value indicating whether there are other machines than this one.</summary>
    public bool HasHosts { get; init; }

    /// <summary>Gets how many processors the workers share.</summary>
    public int Processors { get; init; } = 1;
}
