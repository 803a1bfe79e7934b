using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Stacks, from the bottom, so that pushing in the order of the wire rebuilds them.</summary>
internal sealed class StackCodec<T> : GenericCodec
{
    /// <inheritdoc/>
    public override void Write(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        T[] items = ((Stack<T>)value).ToArray();
        Array.Reverse(items);
        writer.BeginComposite(PSComposite.Stack, checked(items.Length + 1));
        WireType.Write(writer, typeof(T));
        CollectionEncoders.WriteItems(writer, items, items.Length);
        writer.Leave();
    }

    /// <inheritdoc/>
    public override object Read(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var stack = new Stack<T>(PSValueReader.Capacity(count));
        values.SetReference(slot, stack);
        for (int i = 0; i < count; i++)
        {
            stack.Push(Element<T>(values.ReadValue(ref reader)));
        }

        return stack;
    }
}
