namespace Loky.PowerShell.Serialization;

/// <summary>The entries of dictionaries.</summary>
internal sealed class PairFormatter<TKey, TValue> : Formatter<KeyValuePair<TKey, TValue>>
{
    private static readonly Formatter<TKey> Keys = PSFormatterTable.Shared.Declared<TKey>();
    private static readonly Formatter<TValue> Values = PSFormatterTable.Shared.Declared<TValue>();

    // A key that says itself what it is must not become one that another has.
    private static readonly bool IsPlainKey = typeof(TKey).IsValueType || typeof(TKey) == typeof(string);

    // Pairs of pairs have no array around them that would count, and the type alone can make them deep.
    private static readonly bool IsOfPairs = IsPair(typeof(TKey)) || IsPair(typeof(TValue));

    public override void Write(WriteSession session, KeyValuePair<TKey, TValue> value)
    {
        var values = (PSWriteSession)session;
        if (IsOfPairs)
        {
            session.Enter();
        }

        session.Writer.WriteArrayHeader(2);
        if (value.Key is string name)
        {
            values.At(name);
        }

        if (IsPlainKey)
        {
            Keys.Write(session, value.Key);
        }
        else
        {
            DictionaryFormatter.WriteKey(values, value.Key!);
        }

        Values.Write(session, value.Value);
        if (IsOfPairs)
        {
            session.Leave();
        }
    }

    public override KeyValuePair<TKey, TValue> Read(ref WireReader reader, ReadSession session)
    {
        reader.ReadArrayHeader(2);
        if (IsOfPairs)
        {
            reader.Enter();
        }

        TKey key = Keys.Read(ref reader, session);
        var pair = new KeyValuePair<TKey, TValue>(key, Values.Read(ref reader, session));
        if (IsOfPairs)
        {
            reader.Leave();
        }

        return pair;
    }

    public override void WriteContentOf(WriteSession session, object value)
    {
        session.Enter();
        Write(session, (KeyValuePair<TKey, TValue>)value);
        session.Leave();
    }

    public override object? ReadContentOf(ref WireReader reader, ReadSession session, int slot)
    {
        reader.Enter();
        KeyValuePair<TKey, TValue> pair = Read(ref reader, session);
        reader.Leave();
        return pair;
    }

    private static bool IsPair(Type type) => type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);
}
