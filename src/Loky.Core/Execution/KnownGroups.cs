using Loky.Channel;
using Loky.Wire;

namespace Loky.Execution;

/// <summary>Which groups a worker knows, and how much of each: what the items of a group have in common is sent once.</summary>
/// <param name="shared">The shared values that the worker has.</param>
internal sealed class KnownGroups(SharedValueList shared)
{
    private readonly Dictionary<TaskGroup, int> _extensions = [];

    /// <summary>Writes what the worker lacks of a group.</summary>
    public void WriteTo(PooledBuffer buffer, TaskGroup group)
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

        _extensions[group] = extensions.Length;
    }

    /// <summary>Notes that a group is over. Returns whether the worker knows it.</summary>
    public bool Remove(TaskGroup group) => _extensions.Remove(group);
}
