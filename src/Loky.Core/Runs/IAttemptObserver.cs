using Loky.Execution;
using Loky.Scheduling;

namespace Loky.Runs;

/// <summary>
/// Hears how the items of one group are run. What it throws disturbs nobody. <see cref="OnAdded"/> comes from whoever adds
/// the item, before it can be sent; the others from background threads, several at a time for different workers.
/// </summary>
internal interface IAttemptObserver
{
    /// <summary>Gets a value indicating whether so much waits to be dealt with that no more items should be started for now.</summary>
    bool IsBehind { get; }

    /// <summary>Gets the number, in the input of the call, of an item that was added and has not ended; null where there is none.</summary>
    long? NumberOf(long index);

    /// <summary>An item is about to wait for a worker.</summary>
    /// <param name="index">Its index.</param>
    /// <param name="bytes">The size of its encoded form.</param>
    void OnAdded(long index, int bytes);

    /// <summary>Records of items have come, which the group is yet to get.</summary>
    /// <param name="place">Where from.</param>
    /// <param name="group">The items' group.</param>
    /// <param name="frame">The records.</param>
    void OnRecords(AttemptPlace place, TaskGroup group, RecordsFrame frame);

    /// <summary>Items that may have started were lost with their worker.</summary>
    /// <param name="place">Where.</param>
    /// <param name="items">The items.</param>
    /// <param name="started">When the last of them began, in universal time; null where nobody knows.</param>
    /// <param name="exit">How the worker ended.</param>
    /// <param name="loss">What ends the items.</param>
    /// <param name="retried">Whether they are tried again.</param>
    void OnLost(AttemptPlace place, ItemRange items, DateTime? started, WorkerExit exit, Exception loss, bool retried);

    /// <summary>Nothing more comes.</summary>
    /// <param name="error">What ended the group ahead of its items, or null.</param>
    /// <param name="cancelled">Whether it was cancelled.</param>
    void OnCompleted(Exception? error, bool cancelled);
}
