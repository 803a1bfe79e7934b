using Loky.Channel;

namespace Loky.Execution;

/// <summary>
/// Which shared values a worker has, by their last use; the parent alone decides, so the two never differ. Values go in frames of
/// their own, which <paramref name="send"/> queues, so that what carries them knows them.
/// </summary>
internal sealed class SharedValueList(Action<OutgoingFrame> send)
{
    /// <summary>How many bytes a worker keeps: well below the growth at which it would be replaced.</summary>
    public const long Capacity = 64L << 20;

    // Made for the first value: most workers never get one, and there may be thousands of them.
    private LinkedList<Entry>? _byUse;
    private Dictionary<string, LinkedListNode<Entry>>? _values;
    private long _size;

    /// <summary>Sends the values of a group that the worker lacks, and writes the frames that start it, last which values to drop.</summary>
    public void WriteStart(PooledBuffer buffer, TaskGroup group)
    {
        foreach (SharedValue value in group.Shared)
        {
            if (!Use(value))
            {
                send(value.ToFrame());
            }
        }

        int start = FrameWriter.Begin(buffer, FrameType.GroupStart);
        var writer = new WireWriter(buffer);
        writer.Write((long)group.Id);
        writer.Write((long)group.Kind);
        writer.WriteBinary(group.Setup.Span);
        writer.WriteArrayHeader(group.Shared.Count);
        foreach (SharedValue value in group.Shared)
        {
            writer.Write(value.Key);
        }

        writer.Write(group.Attempts is not null);
        writer.Write(group.TraceParent);
        FrameWriter.End(buffer, start);
        DropTooMuch(buffer);
    }

    /// <summary>Counts a use; returns false when the worker does not have the value yet.</summary>
    private bool Use(SharedValue value)
    {
        _byUse ??= new();
        _values ??= [];
        bool isThere = _values.TryGetValue(value.Key, out LinkedListNode<Entry>? node);
        if (isThere)
        {
            _byUse.Remove(node!);
        }
        else
        {
            node = new LinkedListNode<Entry>(new Entry(value.Key, value.Bytes.Length, value.Memory));
            _values.Add(value.Key, node);
            _size += value.Bytes.Length;
        }

        if (value.Bytes.Length > Capacity)
        {
            // Not kept after its group, and no reason to drop all others.
            _byUse.AddFirst(node!);
        }
        else
        {
            _byUse.AddLast(node!);
        }

        return isThere;
    }

    private void DropTooMuch(PooledBuffer buffer)
    {
        while (_size > Capacity)
        {
            (string key, int size, _) = _byUse!.First!.Value;
            _byUse.RemoveFirst();
            _ = _values!.Remove(key);
            _size -= size;
            int start = FrameWriter.Begin(buffer, FrameType.Drop);
            new WireWriter(buffer).Write(key);
            FrameWriter.End(buffer, start);
        }
    }

    /// <summary>A value that the worker has. Memory that it shares is held: another worker, or a later call, may need the same.</summary>
    private readonly record struct Entry(string Key, int Size, SharedMemory? Memory);
}
