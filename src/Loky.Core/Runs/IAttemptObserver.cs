using Loky.Execution;
using Loky.Scheduling;

namespace Loky.Runs;

/// <summary>
/// Hears how a group's items are run, <see cref="OnAdded"/> from whoever adds the item, before it can be sent, the rest from
/// background threads, several at a time for different workers. What it throws disturbs nobody.
/// </summary>
internal interface IAttemptObserver
{
    /// <summary>Gets a value indicating whether so much waits that no more items should be started for now.</summary>
    bool IsBehind { get; }

    /// <summary>Gets the number, in the call's input, of an item that was added and has not ended; null for none.</summary>
    long? NumberOf(long index);

    /// <summary>An item, of so many bytes, is about to wait for a worker.</summary>
    void OnAdded(long index, int bytes);

    /// <summary>Records of items have come, which the group is yet to get.</summary>
    void OnRecords(AttemptPlace place, TaskGroup group, RecordsFrame frame);

    /// <summary>Items that may have started were lost; the last began when <c>started</c> says, null if unknown.</summary>
    void OnLost(AttemptPlace place, ItemRange items, DateTime? started, WorkerExit exit, Exception loss, bool retried);

    /// <summary>Nothing more comes; an error, if any, ended the group ahead of its items.</summary>
    void OnCompleted(Exception? error, bool cancelled);
}
