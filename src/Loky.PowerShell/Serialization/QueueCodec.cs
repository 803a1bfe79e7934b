using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Queues, from the head.</summary>
internal sealed class QueueCodec<T> : GenericCodec
{
    /// <inheritdoc/>
    public override void Write(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var queue = (Queue<T>)value;
        writer.BeginComposite(PSComposite.Queue, checked(queue.Count + 1));
        WireType.Write(writer, typeof(T));
        CollectionEncoders.WriteItems(writer, queue, queue.Count);
        writer.Leave();
    }

    /// <inheritdoc/>
    public override object Read(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var queue = new Queue<T>(PSValueReader.Capacity(count));
        values.SetReference(slot, queue);
        for (int i = 0; i < count; i++)
        {
            queue.Enqueue(Element<T>(values.ReadValue(ref reader)));
        }

        return queue;
    }
}
