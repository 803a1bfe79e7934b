namespace Loky.Serialization;

/// <summary>Values without identity that are a single MessagePack value.</summary>
internal sealed class ScalarFormatter<T>(ScalarFormatter<T>.WriteScalar write, ScalarFormatter<T>.ReadScalar read, bool isSelfDescribing = false)
    : Formatter<T>
{
    public delegate void WriteScalar(WireWriter writer, T value);

    public delegate T ReadScalar(ref WireReader reader);

    public override bool IsSelfDescribing => isSelfDescribing;

    public override void Write(WriteSession session, T value) => write(session.Writer, value);

    public override T Read(ref WireReader reader, ReadSession session) => read(ref reader);
}

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
