using Loky.Channel;

namespace Loky.Execution;

/// <summary>Which groups a worker knows, and how much of each: what the items of a group have in common is sent once.</summary>
internal sealed class KnownGroups(SharedValueList shared)
{
    private readonly Dictionary<TaskGroup, int> _extensions = [];

    /// <summary>Writes what the worker lacks of a group. Returns how many of its extensions it has from here on.</summary>
    public int WriteTo(PooledBuffer buffer, TaskGroup group)
    {
        if (_extensions.TryAdd(group, 0))
        {
            shared.WriteStart(buffer, group);
        }

        ReadOnlyMemory<byte>[] extensions = group.Extensions;
        for (int i = _extensions[group]; i < extensions.Length; i++)
        {
            int start = FrameWriter.Begin(buffer, FrameType.GroupExtend);
            var writer = new WireWriter(buffer);
            writer.Write((long)group.Id);
            writer.WriteBinary(extensions[i].Span);
            FrameWriter.End(buffer, start);
        }

        return _extensions[group] = extensions.Length;
    }

    /// <summary>Removes a group that is over; returns whether the worker knows it.</summary>
    public bool Remove(TaskGroup group) => _extensions.Remove(group);
}
