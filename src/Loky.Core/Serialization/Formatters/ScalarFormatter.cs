using Loky.Wire;

namespace Loky.Serialization;

/// <summary>Writes and reads values without identity that are a single MessagePack value.</summary>
/// <typeparam name="T">The type.</typeparam>
internal sealed class ScalarFormatter<T> : Formatter<T>
{
    private readonly WriteScalar _write;
    private readonly ReadScalar _read;
    private readonly bool _isSelfDescribing;

    /// <summary>Creates the formatter.</summary>
    /// <param name="write">Writes a value.</param>
    /// <param name="read">Reads a value.</param>
    /// <param name="isSelfDescribing">The bytes alone tell the type.</param>
    public ScalarFormatter(WriteScalar write, ReadScalar read, bool isSelfDescribing = false)
    {
        _write = write;
        _read = read;
        _isSelfDescribing = isSelfDescribing;
    }

    /// <summary>Writes a value.</summary>
    public delegate void WriteScalar(WireWriter writer, T value);

    /// <summary>Reads a value.</summary>
    public delegate T ReadScalar(ref WireReader reader);

    /// <inheritdoc/>
    public override bool IsSelfDescribing => _isSelfDescribing;

    /// <inheritdoc/>
    public override void Write(WriteSession session, T value) => _write(session.Writer, value);

    /// <inheritdoc/>
    public override T Read(ref WireReader reader, ReadSession session) => _read(ref reader);
}
