using Loky.Wire;

namespace Loky.Serialization;

/// <summary>Writes and reads the values of one type.</summary>
/// <typeparam name="T">The type.</typeparam>
internal abstract class Formatter<T> : Formatter
{
    /// <inheritdoc/>
    public override Type Type => typeof(T);

    /// <summary>Writes a value.</summary>
    public abstract void Write(WriteSession session, T value);

    /// <summary>Reads a value.</summary>
    public abstract T Read(ref WireReader reader, ReadSession session);

    /// <inheritdoc/>
    public sealed override void WriteObject(WriteSession session, object? value) => Write(session, (T)value!);

    /// <inheritdoc/>
    public sealed override object? ReadObject(ref WireReader reader, ReadSession session) => Read(ref reader, session);

    /// <inheritdoc/>
    public override void WriteContentOf(WriteSession session, object value) => Write(session, (T)value);

    /// <inheritdoc/>
    public override object? ReadContentOf(ref WireReader reader, ReadSession session, int slot) => Read(ref reader, session);
}
