namespace Loky.Serialization;

/// <summary>Objects that are one MessagePack value; its first byte must be neither nil nor that of an extension.</summary>
internal sealed class ScalarObjectFormatter<T>(ScalarFormatter<T>.WriteScalar write, ScalarFormatter<T>.ReadScalar read) : ReferenceFormatter<T>
    where T : class
{
    protected override void WriteContent(WriteSession session, T value) => write(session.Writer, value);

    protected override T ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        T value = read(ref reader);
        session.Register(slot, value);
        return value;
    }
}
