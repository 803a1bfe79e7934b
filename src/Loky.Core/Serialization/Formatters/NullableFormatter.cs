namespace Loky.Serialization;

internal sealed class NullableFormatter<T>(FormatterTable table) : Formatter<T?>
    where T : struct
{
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

    public override T? Read(ref WireReader reader, ReadSession session) =>
        reader.TryReadNil() ? null : table.Declared<T>().Read(ref reader, session);
}
