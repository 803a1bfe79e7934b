using Loky.Channel;
using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>
/// Writes what a worker is told as frames; what the items of a group share comes before its first batch, shared values as frames
/// of their own that <paramref name="send"/> queues before.
/// </summary>
internal sealed class MessageWriter(Action<OutgoingFrame> send)
{
    private const int CopyAtMost = 64 * 1024;

    private readonly KnownGroups _groups = new(new SharedValueList(send));

    // The group that the worker was told all of last, and how much that was: most batches are of this one.
    private TaskGroup? _told;
    private int _toldExtensions;

    /// <summary>Writes a message; returns null where the worker need not hear of it.</summary>
    public OutgoingFrame? Write(WorkerMessage message)
    {
        switch (message.Type)
        {
            case FrameType.Batch:
                return WriteBatch(message.Group!, message.Items, message.Number);
            case FrameType.GroupEnd when !Forget(message.Group!):
                return null;
            case FrameType.GroupEnd or FrameType.GroupCancel:
                return WriteNumber(message.Type, message.Group!.Id);
            case FrameType.Acknowledge or FrameType.Recall:
                return WriteNumber(message.Type, message.Number);
            default:
                var buffer = new PooledBuffer(64);
                FrameWriter.WriteEmpty(buffer, message.Type);
                return new OutgoingFrame(buffer);
        }
    }

    private bool Forget(TaskGroup group)
    {
        _told = _told == group ? null : _told;
        return _groups.Remove(group);
    }

    private static OutgoingFrame WriteNumber(FrameType type, long number)
    {
        var buffer = new PooledBuffer(64);
        FrameWriter.WriteNumber(buffer, type, number);
        return new OutgoingFrame(buffer);
    }

    private OutgoingFrame WriteBatch(TaskGroup group, ItemRange items, long firstSequence)
    {
        var head = new PooledBuffer();
        if (group.Kind != TaskKind.Call && (group != _told || group.Extensions.Length != _toldExtensions))
        {
            (_told, _toldExtensions) = (group, _groups.WriteTo(head, group));
        }

        ReadOnlyMemory<byte> body = group.BytesOf(items);
        int start = FrameWriter.Begin(head, FrameType.Batch);
        var batch = new WireWriter(head);
        batch.Write((long)group.Id);
        batch.Write((long)group.Kind);
        batch.Write(firstSequence);
        batch.Write((long)items.Count);
        batch.Write((long)items.Attempt);
        bool copy = body.Length <= CopyAtMost;
        FrameWriter.End(head, start, body.Length);
        if (copy)
        {
            batch.WriteRaw(body.Span);
        }

        return new OutgoingFrame(head, copy ? default : body);
    }
}
