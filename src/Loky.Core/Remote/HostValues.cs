using Loky.Execution;

namespace Loky.Remote;

/// <summary>
/// Which shared values a node agent holds, by their last use, and who waits for one; the parent alone decides, so the two never
/// differ. What a worker has yet to take stays, so that the agent never has more than this. Guarded by the queue.
/// </summary>
internal sealed class HostValues(long capacity = HostValues.Capacity)
{
    /// <summary>How many bytes of frames an agent holds: the largest value has room, with its key.</summary>
    public const int Capacity = (int)SharedValueList.Capacity + 1024;

    private readonly LinkedList<HostValue> _byUse = new();
    private readonly Dictionary<string, LinkedListNode<HostValue>> _values = [];
    private long _size;

    /// <summary>Finds a value that the agent has, or is being sent, and counts that as a use.</summary>
    public HostValue? Find(string key)
    {
        if (!_values.TryGetValue(key, out LinkedListNode<HostValue>? known))
        {
            return null;
        }

        _byUse.Remove(known);
        _byUse.AddLast(known);
        return known.Value;
    }

    /// <summary>Adds a value that is to be sent, and tells which are dropped for it; null, and none, where there is no room for it now.</summary>
    public HostValue? Add(string key, long size, out List<string> dropped)
    {
        List<HostValue> old = [];
        long room = capacity - _size;
        for (LinkedListNode<HostValue>? node = _byUse.First; node is not null && room < size; node = node.Next)
        {
            if (node.Value is { IsThere: true, Users: 0 } unused)
            {
                old.Add(unused);
                room += unused.Size;
            }
        }

        dropped = room < size ? [] : old.ConvertAll(static value => value.Key);
        if (room < size)
        {
            return null;
        }

        foreach (string other in dropped)
        {
            _ = _values.Remove(other, out LinkedListNode<HostValue>? node);
            _byUse.Remove(node!);
            _size -= node!.Value.Size;
        }

        var value = new HostValue(key, size);
        _values.Add(key, _byUse.AddLast(value));
        _size += size;
        return value;
    }

    /// <summary>Notes that the last byte of a value was sent, and returns who has waited for it.</summary>
    public SendStream[] NoteSent(string key)
    {
        HostValue value = _values[key].Value;
        SendStream[] waiting = [.. value.Waiting];
        value.IsThere = true;
        value.Waiting.Clear();
        return waiting;
    }
}
