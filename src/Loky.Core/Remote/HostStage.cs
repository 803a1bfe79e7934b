namespace Loky.Remote;

/// <summary>How far a host is; those before <see cref="Connected"/> have their own clocks, as a queue is no failure.</summary>
internal enum HostStage
{
    /// <summary>Nothing was tried yet, or the next try is waiting its pause.</summary>
    Idle,

    /// <summary>The command runs, and has told that it waits for a place (a Slurm job that is pending).</summary>
    Queued,

    /// <summary>The command runs; nothing has been heard from the host.</summary>
    Connecting,

    /// <summary>The host answers, and gets what it needs to run workers.</summary>
    Preparing,

    /// <summary>The node agent runs.</summary>
    Connected,

    /// <summary>The host takes no new items, and ends when its workers have nothing to do.</summary>
    Draining,

    /// <summary>The host is given up: it failed too often.</summary>
    Out,
}
