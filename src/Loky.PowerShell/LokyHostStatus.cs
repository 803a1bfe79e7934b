using Loky.Remote;

namespace Loky.PowerShell;

/// <summary>A host of an executor at one moment, as <c>Get-LokyExecutor</c> shows it.</summary>
public sealed class LokyHostStatus
{
    internal LokyHostStatus(HostStatus status)
    {
        Name = status.Name;
        State = status.Stage.ToString();
        Workers = status.Workers;
        MaxWorkers = status.Places;
        Command = status.Command;
        EndsAt = status.Facts?.EndsAt?.LocalDateTime;
        LastError = status.LastError;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets how far it is: Idle, Queued, Connecting, Preparing, Connected, Draining or Out.</summary>
    public string State { get; }

    /// <summary>Gets how many workers there are, or are to be once it is reached.</summary>
    public int Workers { get; }

    /// <summary>Gets how many workers there may be; null for its number of processors while that is not known.</summary>
    public int? MaxWorkers { get; }

    /// <summary>Gets the command that leads there; empty for this machine.</summary>
    public string Command { get; }

    /// <summary>Gets when its time is over; null where it has no end.</summary>
    public DateTime? EndsAt { get; }

    /// <summary>Gets what went wrong last; null where nothing has.</summary>
    public string? LastError { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({State})";
}
