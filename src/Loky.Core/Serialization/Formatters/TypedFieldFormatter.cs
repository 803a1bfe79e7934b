using System.Reflection;

namespace Loky.Serialization;

internal sealed class TypedFieldFormatter<TOwner, TField>(FormatterTable table, FieldInfo field) : FieldFormatter<TOwner>
{
    private readonly FieldReference<TOwner, TField> _reference = FieldReference.To<TOwner, TField>(field);

    // Found at the first use: a type may contain itself.
    private Formatter<TField>? _formatter;

    private Formatter<TField> Formatter => _formatter ??= table.Declared<TField>();

    public override void Write(WriteSession session, ref TOwner owner) => Formatter.Write(session, _reference(ref owner));

    public override void Read(ref WireReader reader, ReadSession session, ref TOwner owner)
    {
        // The value is read before the reference is taken: a reference into a struct must not outlive what happens meanwhile.
        TField value = Formatter.Read(ref reader, session);
        _reference(ref owner) = value;
    }
}
