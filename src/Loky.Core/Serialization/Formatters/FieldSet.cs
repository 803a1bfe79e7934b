namespace Loky.Serialization;

/// <summary>Writes and reads all fields of an object, as an array.</summary>
internal sealed class FieldSet<T>
{
    private readonly IReadOnlyList<FieldSlot> _slots;
    private readonly FieldFormatter<T>[] _fields;

    public FieldSet(FormatterTable table)
    {
        _slots = FieldSlot.Of(typeof(T));
        _fields = [.. _slots.Select(slot => Create(table, slot))];
    }

    public void Write(WriteSession session, ref T owner)
    {
        session.Writer.WriteArrayHeader(_fields.Length);
        int at = 0;
        try
        {
            session.Enter();
            for (; at < _fields.Length; at++)
            {
                _fields[at].Write(session, ref owner);
            }

            session.Leave();
        }
        catch (UnsendableValueException exception)
        {
            exception.Within(at < _slots.Count ? _slots[at].Member : TypeNames.Display(typeof(T)));
            throw;
        }
    }

    public void Read(ref WireReader reader, ReadSession session, ref T owner)
    {
        reader.ReadArrayHeader(_fields.Length);
        reader.Enter();
        foreach (FieldFormatter<T> field in _fields)
        {
            field.Read(ref reader, session, ref owner);
        }

        reader.Leave();
    }

    private static FieldFormatter<T> Create(FormatterTable table, FieldSlot slot)
    {
        Type type = slot.Field.FieldType;
        return type.IsPointer || type.IsFunctionPointer || type.IsByRef || type.IsByRefLike
            ? new PointerFieldFormatter<T>(type)
            : (FieldFormatter<T>)Activator.CreateInstance(
                typeof(TypedFieldFormatter<,>).MakeGenericType(typeof(T), type), table, slot.Field)!;
    }
}
