namespace Loky.Channel;

/// <summary>
/// What one side of a connection can do that does not follow from the version of the protocol, but from how it was started
/// and where it runs. It says so in the handshake, by names; see <see cref="CapabilityNames"/>.
/// </summary>
[Flags]
internal enum Capabilities
{
    /// <summary>Only what every version of the protocol has.</summary>
    None = 0,

    /// <summary>A worker, or those of a node agent: has a runner of scripts beside that of delegates.</summary>
    Scripts = 1 << 0,

    /// <summary>A worker: stops a running item when its group is cancelled.</summary>
    Cancel = 1 << 1,

    /// <summary>A worker: gives back items that it has not started.</summary>
    Recall = 1 << 2,

    /// <summary>A parent: acknowledges records, so that a worker may wait for it.</summary>
    Acknowledge = 1 << 3,

    /// <summary>A node agent: exit codes of its workers tell signals, by their numbers on Linux.</summary>
    LinuxSignals = 1 << 4,

    /// <summary>A node agent: exit codes of its workers tell signals, by their numbers on macOS.</summary>
    MacSignals = 1 << 5,

    /// <summary>A node agent: exit codes of its workers are those of Windows.</summary>
    WindowsStatuses = 1 << 6,

    /// <summary>A worker: opens memory of its parent, so that a shared value need not be sent.</summary>
    SharedMemory = 1 << 7,
}
