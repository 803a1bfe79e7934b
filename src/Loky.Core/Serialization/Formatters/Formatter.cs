namespace Loky.Serialization;

/// <summary>Writes and reads the values of one type, seen without that type.</summary>
internal abstract class Formatter
{
    /// <summary>Gets the type whose name goes on the wire where the reader could not know it.</summary>
    public abstract Type Type { get; }

    /// <summary>Gets a value indicating whether values have an identity to keep: two references to one object.</summary>
    public virtual bool IsTracked => false;

    /// <summary>Gets a value indicating whether the bytes alone tell the type, so that no type name is needed.</summary>
    public virtual bool IsSelfDescribing => false;

    /// <summary>Writes a value, <see langword="null"/> and repeated references included.</summary>
    public abstract void WriteObject(WriteSession session, object? value);

    public abstract object? ReadObject(ref WireReader reader, ReadSession session);

    /// <summary>Writes a value that is, as the caller sees to, neither <see langword="null"/> nor repeated.</summary>
    public abstract void WriteContentOf(WriteSession session, object value);

    /// <summary>Reads that; <paramref name="slot"/> is the number of the object, if it is tracked.</summary>
    public abstract object? ReadContentOf(ref WireReader reader, ReadSession session, int slot);

    /// <summary>Gets how a collection compares its keys, if it does.</summary>
    public virtual object? ComparerOf(object collection) => null;
}

/// <summary>Writes and reads the values of one type.</summary>
internal abstract class Formatter<T> : Formatter
{
    public override Type Type => typeof(T);

    public abstract void Write(WriteSession session, T value);

    public abstract T Read(ref WireReader reader, ReadSession session);

    public sealed override void WriteObject(WriteSession session, object? value) => Write(session, (T)value!);

    public sealed override object? ReadObject(ref WireReader reader, ReadSession session) => Read(ref reader, session);

    public override void WriteContentOf(WriteSession session, object value) => Write(session, (T)value);

    public override object? ReadContentOf(ref WireReader reader, ReadSession session, int slot) => Read(ref reader, session);
}
