using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Sorted sets, with the order of their elements.</summary>
internal sealed class SortedSetCodec<T> : GenericCodec
{
    /// <inheritdoc/>
    public override void Write(PSValueWriter writer, object value)
    {
        var set = (SortedSet<T>)value;
        if (!SortComparers.CanWrite(set.Comparer))
        {
            ObjectEncoder.WriteUnwrapped(writer, value);
        }
        else if (writer.Begin(value))
        {
            writer.BeginComposite(PSComposite.SortedSet, checked(3 + set.Count));
            WireType.Write(writer, typeof(T));
            SortComparers.Write(writer, set.Comparer);
            CollectionEncoders.WriteItems(writer, set, set.Count);
            writer.Leave();
        }
    }

    /// <inheritdoc/>
    public override object Read(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var set = new SortedSet<T>(SortComparers.Read(ref reader) as IComparer<T>);
        values.SetReference(slot, set);
        for (int i = 0; i < count - 2; i++)
        {
            _ = set.Add(Element<T>(values.ReadValue(ref reader)));
        }

        return set;
    }
}
