using Loky.Wire;

namespace Loky.Serialization;

/// <summary>Writes and reads structs that may be <see langword="null"/>.</summary>
/// <typeparam name="T">The struct.</typeparam>
/// <param name="table">Where the formatter of the struct is.</param>
internal sealed class NullableFormatter<T>(FormatterTable table) : Formatter<T?>
    where T : struct
{
    /// <inheritdoc/>
    public override void Write(WriteSession session, T? value)
    {
        if (value is { } present)
        {
            table.Declared<T>().Write(session, present);
        }
        else
        {
            session.Writer.WriteNil();
        }
    }

    /// <inheritdoc/>
    public override T? Read(ref WireReader reader, ReadSession session) =>
        reader.TryReadNil() ? null : table.Declared<T>().Read(ref reader, session);
}
