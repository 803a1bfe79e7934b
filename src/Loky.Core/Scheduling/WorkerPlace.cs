namespace Loky.Scheduling;

/// <summary>What a worker can do, as far as the pool looks for workers by it.</summary>
internal enum WorkerPlace
{
    /// <summary>Nothing, and it has no items either.</summary>
    None,

    /// <summary>Take items once it is ready.</summary>
    Starting,

    /// <summary>Take items at once.</summary>
    Idle,

    /// <summary>Take a batch that waits behind the one that it has.</summary>
    OneBatch,

    /// <summary>Take items when a batch has ended.</summary>
    Full,

    /// <summary>The last, which <see cref="WorkerSet"/> counts by: nothing more than run the items that it has, if that.</summary>
    Leaving,
}
