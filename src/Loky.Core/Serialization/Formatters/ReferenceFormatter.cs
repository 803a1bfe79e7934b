using Loky.Wire;

namespace Loky.Serialization;

/// <summary>Writes and reads objects that keep their identity: an object met again is written as its number.</summary>
/// <typeparam name="T">The type of the objects.</typeparam>
internal abstract class ReferenceFormatter<T> : Formatter<T>
    where T : class
{
    /// <inheritdoc/>
    public override bool IsTracked => true;

    /// <inheritdoc/>
    public sealed override void Write(WriteSession session, T value)
    {
        if (value is null)
        {
            session.Writer.WriteNil();
        }
        else if (!session.TryRepeat(value))
        {
            WriteContent(session, value);
        }
    }

    /// <inheritdoc/>
    public sealed override T Read(ref WireReader reader, ReadSession session)
    {
        if (reader.TryReadNil())
        {
            return null!;
        }

        return session.TryReadReference(ref reader, out T? seen) ? seen : ReadContent(ref reader, session, session.Reserve());
    }

    /// <inheritdoc/>
    public sealed override void WriteContentOf(WriteSession session, object value) => WriteContent(session, (T)value);

    /// <inheritdoc/>
    public sealed override object? ReadContentOf(ref WireReader reader, ReadSession session, int slot) =>
        ReadContent(ref reader, session, slot);

    /// <summary>Writes an object that is met for the first time. Its first byte must be neither nil nor that of an extension.</summary>
    protected abstract void WriteContent(WriteSession session, T value);

    /// <summary>
    /// Reads an object. It is told to the session with <see cref="ReadSession.Register"/> as soon as it exists, so that
    /// what it contains can refer to it.
    /// </summary>
    protected abstract T ReadContent(ref WireReader reader, ReadSession session, int slot);
}
