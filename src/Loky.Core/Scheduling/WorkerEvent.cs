namespace Loky.Scheduling;

/// <summary>What can move a worker from one state to another.</summary>
internal enum WorkerEvent
{
    /// <summary>It reported that it is ready.</summary>
    ReportedReady,

    /// <summary>It is told to end.</summary>
    ToldToEnd,

    /// <summary>It is killed, or its channel has closed.</summary>
    BrokenOff,

    /// <summary>Its process has ended, and everything it had is accounted for.</summary>
    ProcessGone,
}
