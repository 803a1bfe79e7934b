namespace Loky.PowerShell.Serialization;

/// <summary>What a collection has as an element: any value, which says itself what it is.</summary>
internal sealed class ElementFormatter<T> : Formatter<T>
{
    public override void Write(WriteSession session, T value) => ((PSWriteSession)session).WriteValue(value);

    public override T Read(ref WireReader reader, ReadSession session)
    {
        object? value = ((PSReadSession)session).ReadValue(ref reader);
        return value is T same ? same : ObjectArrayFormatter.Fit(value, typeof(T)) switch
        {
            T fitting => fitting,
            null when default(T) is null => default!,
            _ => throw new FormatException(MessageText.Format(Messages.PSValueWrongType, value?.GetType(), typeof(T))),
        };
    }
}
