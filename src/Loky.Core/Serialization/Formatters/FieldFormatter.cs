using Loky.Wire;

namespace Loky.Serialization;

/// <summary>Writes and reads one field of an object.</summary>
/// <typeparam name="TOwner">The type of the object.</typeparam>
internal abstract class FieldFormatter<TOwner>
{
    /// <summary>Writes the field of <paramref name="owner"/>.</summary>
    public abstract void Write(WriteSession session, ref TOwner owner);

    /// <summary>Reads the field of <paramref name="owner"/>.</summary>
    public abstract void Read(ref WireReader reader, ReadSession session, ref TOwner owner);
}
