using Loky.Wire;

namespace Loky.Serialization;

/// <summary>Writes and reads structs by their fields.</summary>
/// <typeparam name="T">The struct.</typeparam>
/// <param name="table">Where the formatters of the fields are.</param>
internal sealed class StructFormatter<T>(FormatterTable table) : Formatter<T>
    where T : struct
{
    private readonly FieldSet<T> _fields = new(table);

    /// <inheritdoc/>
    public override void Write(WriteSession session, T value) => _fields.Write(session, ref value);

    /// <inheritdoc/>
    public override T Read(ref WireReader reader, ReadSession session)
    {
        T value = default;
        _fields.Read(ref reader, session, ref value);
        return value;
    }
}
