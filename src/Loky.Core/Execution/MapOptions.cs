namespace Loky;

/// <summary>How a map runs. Immutable; checked when the map begins.</summary>
public sealed record MapOptions
{
    /// <summary>Gets a value indicating whether results come in the order of the items; else as tasks complete.</summary>
    public bool Ordered { get; init; } = true;

    /// <summary>Gets how many items are sent to a worker together, from 1; null to adapt to how long they take.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Gets how many workers run items of this map at a time, from 1; null for all.</summary>
    public int? MaxWorkers { get; init; }

    /// <summary>Gets how long the whole map may take; null or infinite for as long as it takes.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets how long one item may take before its worker is ended; null or infinite for as long as it takes.</summary>
    public TimeSpan? TaskTimeout { get; init; }

    /// <summary>Gets how many times an item is run again whose worker died.</summary>
    public int Retries { get; init; }

    /// <summary>Gets the path of a log with a line for each attempt of an item (docs/run-log.md); null for none.</summary>
    public string? LogPath { get; init; }

    /// <summary>
    /// Gets a value indicating whether the map goes on with the log that is there: items that have succeeded by what it says
    /// are left out, and have no results.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Gets a value indicating whether a log is replaced, or gone on with although method or items differ.</summary>
    public bool Force { get; init; }

    /// <summary>Throws where a value is out of its bounds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It names the value, the bounds and the way out.</exception>
    /// <exception cref="ArgumentException">A log is to be gone on with, or replaced, and there is no path of one.</exception>
    public void Validate()
    {
        if (string.IsNullOrEmpty(LogPath) && (Resume || Force || LogPath is not null))
        {
            throw new ArgumentException(MessageText.Format(Messages.MapLogNeedsPath, nameof(LogPath), nameof(Resume), nameof(Force)), nameof(LogPath));
        }

        Check(BatchSize, nameof(BatchSize), 1);
        Check(MaxWorkers, nameof(MaxWorkers), 1);
        Check(Retries, nameof(Retries), 0);
        foreach ((TimeSpan? value, string name) in new[] { (Timeout, nameof(Timeout)), (TaskTimeout, nameof(TaskTimeout)) })
        {
            if (value is { } time && time != System.Threading.Timeout.InfiniteTimeSpan && (time <= TimeSpan.Zero || time.TotalSeconds > int.MaxValue))
            {
                throw new ArgumentOutOfRangeException(name, time, MessageText.Format(Messages.InvalidDuration, time, name, int.MaxValue));
            }
        }
    }

    private static void Check(int? value, string name, int least)
    {
        if (value < least)
        {
            throw new ArgumentOutOfRangeException(name, value, MessageText.Format(Messages.InvalidCount, value, name, int.MaxValue, least));
        }
    }
}
