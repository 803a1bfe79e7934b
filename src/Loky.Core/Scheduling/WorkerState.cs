namespace Loky.Scheduling;

/// <summary>The states of a worker: Starting → Ready → Retiring → Gone, from each to Broken, and from there to Gone.</summary>
internal enum WorkerState
{
    /// <summary>The process was started and has not reported that it is ready. Gets no items.</summary>
    Starting,

    /// <summary>Takes items.</summary>
    Ready,

    /// <summary>Was told to end once it has run what it was given. Gets no further items.</summary>
    Retiring,

    /// <summary>Something went wrong; the first cause is kept, the process is being killed.</summary>
    Broken,

    /// <summary>The process has ended and its items are accounted for.</summary>
    Gone,
}
