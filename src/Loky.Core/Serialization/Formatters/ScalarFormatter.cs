namespace Loky.Serialization;

/// <summary>Values without identity that are a single MessagePack value.</summary>
internal sealed class ScalarFormatter<T> : Formatter<T>
{
    private readonly WriteScalar _write;
    private readonly ReadScalar _read;
    private readonly bool _isSelfDescribing;

    public ScalarFormatter(WriteScalar write, ReadScalar read, bool isSelfDescribing = false)
    {
        _write = write;
        _read = read;
        _isSelfDescribing = isSelfDescribing;
    }

    public delegate void WriteScalar(WireWriter writer, T value);

    public delegate T ReadScalar(ref WireReader reader);

    public override bool IsSelfDescribing => _isSelfDescribing;

    public override void Write(WriteSession session, T value) => _write(session.Writer, value);

    public override T Read(ref WireReader reader, ReadSession session) => _read(ref reader);
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
