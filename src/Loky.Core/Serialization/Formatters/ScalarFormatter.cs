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
