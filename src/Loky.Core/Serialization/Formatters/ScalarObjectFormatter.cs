using Loky.Wire;

namespace Loky.Serialization;

/// <summary>Writes and reads objects that are a single MessagePack value: made at once, containing no other object.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <param name="write">Writes a value; its first byte must be neither nil nor that of an extension.</param>
/// <param name="read">Reads a value.</param>
internal sealed class ScalarObjectFormatter<T>(ScalarFormatter<T>.WriteScalar write, ScalarFormatter<T>.ReadScalar read) : ReferenceFormatter<T>
    where T : class
{
    /// <inheritdoc/>
    protected override void WriteContent(WriteSession session, T value) => write(session.Writer, value);

    /// <inheritdoc/>
    protected override T ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        T value = read(ref reader);
        session.Register(slot, value);
        return value;
    }
}
