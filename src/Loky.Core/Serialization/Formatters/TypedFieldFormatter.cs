using System.Reflection;
using Loky.Wire;

namespace Loky.Serialization;

/// <summary>Writes and reads one field whose type is known.</summary>
/// <typeparam name="TOwner">The type of the object.</typeparam>
/// <typeparam name="TField">The type of the field.</typeparam>
/// <param name="table">Where the formatter of the field's type is.</param>
/// <param name="field">The field.</param>
internal sealed class TypedFieldFormatter<TOwner, TField>(FormatterTable table, FieldInfo field) : FieldFormatter<TOwner>
{
    private readonly FieldReference<TOwner, TField> _reference = FieldReference.To<TOwner, TField>(field);

    // Found at the first use: a type may contain itself.
    private Formatter<TField>? _formatter;

    private Formatter<TField> Formatter => _formatter ??= table.Declared<TField>();

    /// <inheritdoc/>
    public override void Write(WriteSession session, ref TOwner owner) => Formatter.Write(session, _reference(ref owner));

    /// <inheritdoc/>
    public override void Read(ref WireReader reader, ReadSession session, ref TOwner owner)
    {
        // The value is read before the reference is taken: a reference into a struct must not outlive what happens meanwhile.
        TField value = Formatter.Read(ref reader, session);
        _reference(ref owner) = value;
    }
}
