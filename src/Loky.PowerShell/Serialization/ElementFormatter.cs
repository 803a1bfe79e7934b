namespace Loky.PowerShell.Serialization;

/// <summary>What a collection has as an element: any value, which says itself what it is.</summary>
internal sealed class ElementFormatter<T> : Formatter<T>
{
    public override void Write(WriteSession session, T value) => ((PSWriteSession)session).WriteValue(value);

    public override T Read(ref WireReader reader, ReadSession session)
    {
        object? value = ((PSReadSession)session).ReadValue(ref reader);
        if (value is T fits)
        {
            return fits;
        }

        if (value is null && default(T) is null)
        {
            return default!;
        }

        // A text or a number in a wrapper comes without it.
        if (typeof(T) == typeof(PSObject) && value is not null)
        {
            return (T)(object)PSObject.AsPSObject(value);
        }

        // An object with members of its own comes wrapped; its members stay with the object inside.
        return value is PSObject { BaseObject: T inner }
            ? inner
            : throw new FormatException(MessageText.Format(Messages.PSValueWrongType, value?.GetType(), typeof(T)));
    }
}
