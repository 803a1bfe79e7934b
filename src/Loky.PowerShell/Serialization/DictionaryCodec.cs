using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Dictionaries, with the comparer of their string keys.</summary>
internal sealed class DictionaryCodec<TKey, TValue> : GenericCodec
    where TKey : notnull
{
    /// <inheritdoc/>
    public override void Write(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var dictionary = (Dictionary<TKey, TValue>)value;
        writer.BeginComposite(PSComposite.Dictionary, checked(3 + (dictionary.Count * 2)));
        WireType.Write(writer, typeof(TKey));
        WireType.Write(writer, typeof(TValue));
        KeyComparers.Write(writer, dictionary.Comparer);
        foreach (KeyValuePair<TKey, TValue> pair in dictionary)
        {
            writer.At(pair.Key as string ?? string.Empty);
            DictionaryEncoders.WriteKey(writer, pair.Key);
            writer.WriteValue(pair.Value);
        }

        writer.Leave();
    }

    /// <inheritdoc/>
    public override object Read(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var comparer = KeyComparers.Read(ref reader) as IEqualityComparer<TKey>;
        int pairs = (count - 1) / 2;
        var dictionary = new Dictionary<TKey, TValue>(PSValueReader.Capacity(pairs), comparer);
        values.SetReference(slot, dictionary);
        for (int i = 0; i < pairs; i++)
        {
            TKey key = Element<TKey>(values.ReadValue(ref reader));
            dictionary.Add(key, Element<TValue>(values.ReadValue(ref reader)));
        }

        return dictionary;
    }
}
