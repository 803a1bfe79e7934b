namespace Loky.Scheduling;

/// <summary>What can move a pool from one state to another.</summary>
internal enum PoolEvent
{
    /// <summary>It was told to take no more groups.</summary>
    ShutDown,

    /// <summary>Its workers keep dying while they start, or say that they cannot.</summary>
    StartupFailed,

    /// <summary>It has no group and no worker left, and takes no more groups.</summary>
    NothingLeft,
}
