namespace Loky.Serialization;

/// <summary>Objects that keep their identity: an object met again is written as its number.</summary>
internal abstract class ReferenceFormatter<T> : Formatter<T>
    where T : class
{
    public override bool IsTracked => true;

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

    public sealed override T Read(ref WireReader reader, ReadSession session)
    {
        if (reader.TryReadNil())
        {
            return null!;
        }

        return session.TryReadReference(ref reader, out T? seen) ? seen : ReadContent(ref reader, session, session.Reserve());
    }

    public sealed override void WriteContentOf(WriteSession session, object value) => WriteContent(session, (T)value);

    public sealed override object? ReadContentOf(ref WireReader reader, ReadSession session, int slot) =>
        ReadContent(ref reader, session, slot);

    /// <summary>Writes an object met for the first time; the first byte must be neither nil nor an extension's.</summary>
    protected abstract void WriteContent(WriteSession session, T value);

    /// <summary>Reads an object, and registers it with the session as soon as it exists: its parts may refer to it.</summary>
    protected abstract T ReadContent(ref WireReader reader, ReadSession session, int slot);
}
