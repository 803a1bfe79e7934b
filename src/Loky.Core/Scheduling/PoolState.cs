namespace Loky.Scheduling;

/// <summary>The states of a pool. It moves only forward.</summary>
internal enum PoolState
{
    /// <summary>Takes groups and runs their items.</summary>
    Running,

    /// <summary>Takes no new groups; runs what it has, then stops.</summary>
    Draining,

    /// <summary>Its workers kept dying while they started. Takes nothing; the reason is kept.</summary>
    Broken,

    /// <summary>Has no worker and starts none.</summary>
    Stopped,
}
