using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Sets, with the comparer of their strings.</summary>
internal sealed class HashSetCodec<T> : GenericCodec
{
    /// <inheritdoc/>
    public override void Write(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var set = (HashSet<T>)value;
        writer.BeginComposite(PSComposite.HashSet, checked(set.Count + 2));
        WireType.Write(writer, typeof(T));
        KeyComparers.Write(writer, set.Comparer);
        CollectionEncoders.WriteItems(writer, set, set.Count);
        writer.Leave();
    }

    /// <inheritdoc/>
    public override object Read(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var set = new HashSet<T>(KeyComparers.Read(ref reader) as IEqualityComparer<T>);
        values.SetReference(slot, set);
        for (int i = 1; i < count; i++)
        {
            _ = set.Add(Element<T>(values.ReadValue(ref reader)));
        }

        return set;
    }
}
