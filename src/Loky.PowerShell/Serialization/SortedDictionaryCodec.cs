using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Sorted dictionaries, with the order of their keys.</summary>
internal sealed class SortedDictionaryCodec<TKey, TValue> : GenericCodec
    where TKey : notnull
{
    /// <inheritdoc/>
    public override void Write(PSValueWriter writer, object value)
    {
        var dictionary = (SortedDictionary<TKey, TValue>)value;
        if (!SortComparers.CanWrite(dictionary.Comparer))
        {
            ObjectEncoder.WriteUnwrapped(writer, value);
        }
        else if (writer.Begin(value))
        {
            writer.BeginComposite(PSComposite.SortedDictionary, checked(4 + (dictionary.Count * 2)));
            WriteSorted(writer, dictionary, dictionary.Comparer);
            writer.Leave();
        }
    }

    /// <inheritdoc/>
    public override object Read(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var dictionary = new SortedDictionary<TKey, TValue>(SortComparers.Read(ref reader) as IComparer<TKey>);
        values.SetReference(slot, dictionary);
        ReadPairs(ref reader, values, dictionary, (count - 2) / 2);
        return dictionary;
    }

    /// <summary>Writes types, order, keys and values of a sorted dictionary of any kind.</summary>
    internal static void WriteSorted(PSValueWriter writer, IDictionary<TKey, TValue> dictionary, IComparer<TKey> comparer)
    {
        WireType.Write(writer, typeof(TKey));
        WireType.Write(writer, typeof(TValue));
        SortComparers.Write(writer, comparer);
        foreach (KeyValuePair<TKey, TValue> pair in dictionary)
        {
            writer.At(pair.Key as string ?? string.Empty);
            DictionaryEncoders.WriteKey(writer, pair.Key);
            writer.WriteValue(pair.Value);
        }
    }

    /// <summary>Reads keys and values of a sorted dictionary of any kind.</summary>
    internal static void ReadPairs(ref WireReader reader, PSValueReader values, IDictionary<TKey, TValue> dictionary, int pairs)
    {
        for (int i = 0; i < pairs; i++)
        {
            TKey key = Element<TKey>(values.ReadValue(ref reader));
            dictionary.Add(key, Element<TValue>(values.ReadValue(ref reader)));
        }
    }
}
