using Loky.Wire;

namespace Loky.Serialization;

/// <summary>Stands for a type that cannot be sent. Its default, such as a null reference, can: there is nothing in it.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <param name="reason">Why it cannot be sent, and the way out.</param>
internal sealed class RefusingFormatter<T>(string reason) : Formatter<T>
{
    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public override T Read(ref WireReader reader, ReadSession session)
    {
        if (reader.TryReadNil() || (reader.NextKind == WireKind.Boolean && !reader.ReadBoolean()))
        {
            return default(T) is null || typeof(T).IsValueType ? default! : throw Refusal();
        }

        throw Refusal();
    }

    private TaskSerializationException Refusal() =>
        new(MessageText.Format(Messages.ValueCannotBeSent, TypeNames.Display(typeof(T)), reason));
}
