namespace Loky.Serialization;

/// <summary>Writes and reads the values of one type.</summary>
internal abstract class Formatter<T> : Formatter
{
    public override Type Type => typeof(T);

    public abstract void Write(WriteSession session, T value);

    public abstract T Read(ref WireReader reader, ReadSession session);

    public sealed override void WriteObject(WriteSession session, object? value) => Write(session, (T)value!);

    public sealed override object? ReadObject(ref WireReader reader, ReadSession session) => Read(ref reader, session);

    public override void WriteContentOf(WriteSession session, object value) => Write(session, (T)value);

    public override object? ReadContentOf(ref WireReader reader, ReadSession session, int slot) => Read(ref reader, session);
}
