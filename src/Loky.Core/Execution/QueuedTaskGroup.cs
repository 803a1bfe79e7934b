using Loky.Channel;

namespace Loky.Execution;

/// <summary>A group whose results go to a queue, for whoever asked for them to read.</summary>
internal sealed class QueuedTaskGroup(TaskKind kind, ReadOnlyMemory<byte> setup, TaskGroupOptions options, bool ordered)
    : TaskGroup(kind, setup, options)
{
    /// <summary>Gets what waits to be written.</summary>
    public ResultQueue Results { get; } = new(ordered);

    /// <inheritdoc/>
    internal override bool IsSaturated => Results.IsSaturated;

    /// <inheritdoc/>
    internal override void OnRecords(RecordsFrame frame) => Results.Add(new ResultEntry(frame.FirstIndex, frame.EndedCount, frame, null));

    /// <inheritdoc/>
    internal override void OnItemsLost(long firstIndex, int count, Exception cause) => Results.Add(new ResultEntry(firstIndex, count, null, cause));

    /// <inheritdoc/>
    internal override void OnCompleted(Exception? error) => Results.Complete(error);

    /// <inheritdoc/>
    internal override void OnWarning(string warning) => Results.Warn(warning);
}
