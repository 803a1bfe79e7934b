namespace Loky.Serialization;

/// <summary>Type objects, in an array of one so that the bytes are not those of another value.</summary>
internal sealed class TypeFormatter : Formatter<Type>
{
    public override void Write(WriteSession session, Type value)
    {
        if (value is null)
        {
            session.Writer.WriteNil();
            return;
        }

        session.Writer.WriteArrayHeader(1);
        session.Types.WriteValue(value);
    }

    public override Type Read(ref WireReader reader, ReadSession session)
    {
        if (reader.TryReadNil())
        {
            return null!;
        }

        reader.ReadArrayHeader(1);
        return session.Types.ReadValue(ref reader);
    }
}
