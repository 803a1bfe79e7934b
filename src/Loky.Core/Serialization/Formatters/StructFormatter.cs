namespace Loky.Serialization;

internal sealed class StructFormatter<T>(FormatterTable table) : Formatter<T>
    where T : struct
{
    private readonly FieldSet<T> _fields = new(table);

    public override void Write(WriteSession session, T value) => _fields.Write(session, ref value);

    public override T Read(ref WireReader reader, ReadSession session)
    {
        T value = default;
        _fields.Read(ref reader, session, ref value);
        return value;
    }
}
