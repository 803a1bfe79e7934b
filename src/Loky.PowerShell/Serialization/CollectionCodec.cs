using System.Collections.ObjectModel;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>The collections that PowerShell's own interfaces return.</summary>
internal sealed class CollectionCodec<T> : GenericCodec
{
    /// <inheritdoc/>
    public override void Write(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var collection = (Collection<T>)value;
        int count = collection.Count;
        writer.BeginComposite(PSComposite.Collection, checked(count + 1));
        WireType.Write(writer, typeof(T));
        for (int i = 0; i < count; i++)
        {
            writer.At(i);
            writer.WriteValue(collection[i]);
        }

        writer.Leave();
    }

    /// <inheritdoc/>
    public override object Read(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var collection = new Collection<T>();
        values.SetReference(slot, collection);
        for (int i = 0; i < count; i++)
        {
            collection.Add(Element<T>(values.ReadValue(ref reader)));
        }

        return collection;
    }
}
