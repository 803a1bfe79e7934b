using Loky.Channel;
using Loky.Execution;
using Loky.Wire;

namespace Loky.Tests.Execution;

/// <summary>A group without a pool, whose items are numbers.</summary>
internal sealed class TestGroup(TaskGroupOptions? options = null) : TaskGroup(TaskKind.Delegate, default, options ?? TaskGroupOptions.Default)
{
    /// <summary>Adds an item that is its own index, padded to a size.</summary>
    public long AddNumber(int size = 0)
    {
        var buffer = new PooledBuffer();
        try
        {
            new WireWriter(buffer).Write(PendingCount);
            if (size > 0)
            {
                _ = buffer.GetSpan(size);
                buffer.Advance(size);
            }

            return Add(ref buffer);
        }
        finally
        {
            buffer.Dispose();
        }
    }

    /// <summary>Takes all items in batches of a size, as index ranges.</summary>
    public IEnumerable<ItemRange> TakeAll(int batch)
    {
        while (TryTake(batch, null, out ItemRange items))
        {
            yield return items;
        }
    }

    internal override void OnRecords(RecordsFrame frame) => throw new NotSupportedException();

    internal override void OnItemsLost(long firstIndex, int count, Exception cause) => throw new NotSupportedException();

    internal override void OnCompleted(Exception? error)
    {
        // A pool that is killed says so to every group it has.
    }
}
