using Loky.Channel;
using Loky.Diagnosis;
using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>A group whose results go to a queue, for whoever asked for them to read.</summary>
internal sealed class QueuedTaskGroup : TaskGroup
{
    private readonly bool _announceStarts;

    /// <summary>Creates a group, whose queue may also tell which items were handed to a worker.</summary>
    public QueuedTaskGroup(
        TaskKind kind, ReadOnlyMemory<byte> setup, TaskGroupOptions options, bool ordered, bool announceStarts = false, long saturatedBytes = ResultQueue.SaturatedBytes)
        : base(kind, setup, options)
    {
        _announceStarts = announceStarts;

        // While results are too many no item is handed out, and no end of an item would make the pool look again.
        Results = new ResultQueue(ordered, () => Pool.LookAgain(), saturatedBytes);
    }

    /// <summary>Gets the activity of its call, which ends with it, or null.</summary>
    public CallActivity? Activity { get; init; }

    public ResultQueue Results { get; }

    /// <summary>Never while all results wait for an item that no worker has: that one must run, however much waits.</summary>
    internal override bool IsSaturated =>
        Attempts is { IsBehind: true } || (Results.IsSaturated && !(Items.First is { } first && Results.Awaits(first.FirstIndex, 1)));

    internal override bool Awaits(ItemRange items) => Results.Awaits(items.FirstIndex, items.Count);

    internal override void OnRecords(RecordsFrame frame) => Results.Add(new ResultEntry(frame.FirstIndex, frame.EndedCount, frame, null));

    internal override void OnItemsLost(long firstIndex, int count, Exception cause) => Results.Add(new ResultEntry(firstIndex, count, null, cause));

    internal override void OnCompleted(Exception? error)
    {
        if (Attempts is { } attempts)
        {
            Isolated.Call(() => attempts.OnCompleted(error, CancelledAt is not null));
        }

        Activity?.Complete(AddedCount, error, CancelledAt is not null);
        Results.Complete(error);
    }

    internal override void OnStartRecord(ReadOnlyMemory<byte> record) => Results.AddStartRecord(record);

    internal override void OnWarning(string warning) => Results.Warn(warning);

    internal override void OnTaken(ItemRange items, string? host)
    {
        if (_announceStarts)
        {
            Results.Announce(new ResultEntry(items.FirstIndex, items.Count, null, null) { HostName = host });
        }
    }
}
