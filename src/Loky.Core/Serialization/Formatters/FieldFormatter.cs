namespace Loky.Serialization;

/// <summary>Writes and reads one field of an object.</summary>
internal abstract class FieldFormatter<TOwner>
{
    public abstract void Write(WriteSession session, ref TOwner owner);

    public abstract void Read(ref WireReader reader, ReadSession session, ref TOwner owner);
}
