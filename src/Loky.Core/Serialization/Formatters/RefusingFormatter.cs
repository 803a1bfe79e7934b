namespace Loky.Serialization;

/// <summary>A type that cannot be sent, but for its default, such as a null reference: there is nothing in it.</summary>
internal sealed class RefusingFormatter<T>(string reason) : Formatter<T>
{
    public override void Write(WriteSession session, T value)
    {
        if (!EqualityComparer<T>.Default.Equals(value, default))
        {
            throw new UnsendableValueException(reason, TypeNames.Display(value!.GetType()));
        }

        if (value is null)
        {
            session.Writer.WriteNil();
        }
        else
        {
            // Not nil, which would make a null of a nullable struct.
            session.Writer.Write(false);
        }
    }

    public override T Read(ref WireReader reader, ReadSession session) =>
        reader.TryReadNil() || (reader.NextKind == WireKind.Boolean && !reader.ReadBoolean())
            ? default!
            : throw new TaskSerializationException(MessageText.Format(Messages.ValueCannotBeSent, TypeNames.Display(typeof(T)), reason));
}
