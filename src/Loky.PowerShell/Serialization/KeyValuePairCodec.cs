using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>The entries of dictionaries.</summary>
internal sealed class KeyValuePairCodec<TKey, TValue> : GenericCodec
{
    /// <inheritdoc/>
    public override void Write(PSValueWriter writer, object value)
    {
        var pair = (KeyValuePair<TKey, TValue>)value;
        writer.SkipReference();
        writer.Enter(value);
        writer.BeginComposite(PSComposite.KeyValuePair, 4);
        WireType.Write(writer, typeof(TKey));
        WireType.Write(writer, typeof(TValue));
        writer.At(nameof(pair.Key));
        writer.WriteValue(pair.Key);
        writer.At(nameof(pair.Value));
        writer.WriteValue(pair.Value);
        writer.Leave();
    }

    /// <inheritdoc/>
    public override object Read(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        TKey key = Element<TKey>(values.ReadValue(ref reader));
        return new KeyValuePair<TKey, TValue>(key, Element<TValue>(values.ReadValue(ref reader)));
    }
}
