using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Loky.Serialization;

/// <summary>Writes and reads all fields of an object, as an array.</summary>
internal sealed class FieldSet<T>(FormatterTable table)
{
    private readonly FieldFormatter<T>[] _fields = [.. Fields.Of(typeof(T)).Select(field => Create(table, field))];

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
            exception.Within(at < _fields.Length ? _fields[at].Name : TypeNames.Display(typeof(T)));
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

    private static FieldFormatter<T> Create(FormatterTable table, FieldInfo field)
    {
        Type type = field.FieldType;
        return type.IsPointer || type.IsFunctionPointer || type.IsByRef || type.IsByRefLike
            ? new PointerFieldFormatter<T>(field)
            : (FieldFormatter<T>)Activator.CreateInstance(typeof(TypedFieldFormatter<,>).MakeGenericType(typeof(T), type), table, field)!;
    }
}

/// <summary>The fields of a type that are sent with its values.</summary>
internal static class Fields
{
    /// <summary>Gets a type's fields, its bases' first, as declared: in the same order wherever the build is the same.</summary>
    public static IReadOnlyList<FieldInfo> Of(Type type) => [.. LevelsOf(type).Reverse().SelectMany(DeclaredBy)];

    /// <summary>Gets the fields that the type declares itself, but those that its author marked as not serialized.</summary>
    public static IEnumerable<FieldInfo> DeclaredBy(Type type) => type
        .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(field => !field.IsDefined(typeof(NonSerializedAttribute), inherit: false))
        .OrderBy(field => field.MetadataToken);

    /// <summary>Gets a type and its bases, the type first.</summary>
    public static IEnumerable<Type> LevelsOf(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            yield return type;
        }
    }
}

/// <summary>Writes and reads one field of an object.</summary>
internal abstract class FieldFormatter<TOwner>(FieldInfo field)
{
    /// <summary>Gets what an error says of where the value is.</summary>
    public string Name => $"{TypeNames.Display(Field.DeclaringType!)}.{TypeNames.Member(Field.Name)}";

    protected FieldInfo Field { get; } = field;

    public abstract void Write(WriteSession session, ref TOwner owner);

    public abstract void Read(ref WireReader reader, ReadSession session, ref TOwner owner);
}

internal sealed class TypedFieldFormatter<TOwner, TField>(FormatterTable table, FieldInfo field) : FieldFormatter<TOwner>(field)
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

/// <summary>Refuses a field that holds an address, which means nothing in another process.</summary>
internal sealed class PointerFieldFormatter<TOwner>(FieldInfo field) : FieldFormatter<TOwner>(field)
{
    public override void Write(WriteSession session, ref TOwner owner) =>
        throw new UnsendableValueException(Messages.UnsendableAddress, TypeNames.Display(Field.FieldType));

    public override void Read(ref WireReader reader, ReadSession session, ref TOwner owner) =>
        throw new TaskSerializationException(
            MessageText.Format(Messages.ValueCannotBeSent, TypeNames.Display(Field.FieldType), Messages.UnsendableAddress));
}

/// <summary>Gets a reference to a field of <paramref name="owner"/>, to read or to write it.</summary>
internal delegate ref TField FieldReference<TOwner, TField>(ref TOwner owner);

internal static class FieldReference
{
    /// <summary>Makes a field's accessor, compiled: it costs nanoseconds, and reaches private and read-only fields too.</summary>
    public static FieldReference<TOwner, TField> To<TOwner, TField>(FieldInfo field)
    {
        DynamicMethod method = new(
            field.Name, typeof(TField).MakeByRefType(), [typeof(TOwner).MakeByRefType()], typeof(FieldReference).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        if (!typeof(TOwner).IsValueType)
        {
            il.Emit(OpCodes.Ldind_Ref);
        }

        il.Emit(OpCodes.Ldflda, field);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<FieldReference<TOwner, TField>>();
    }
}

/// <summary>Objects of a class by their fields; no constructor runs.</summary>
internal sealed class ObjectFormatter<T>(FormatterTable table) : ReferenceFormatter<T>
    where T : class
{
    private readonly FieldSet<T> _fields = new(table);

    protected override void WriteContent(WriteSession session, T value) => _fields.Write(session, ref value);

    protected override T ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        T value = (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
        session.Register(slot, value);
        _fields.Read(ref reader, session, ref value);
        return value;
    }
}

internal sealed class StructFormatter<T>(FormatterTable table) : Formatter<T>
    where T : struct
{
    private readonly FieldSet<T> _fields = new(table);

    public override void Write(WriteSession session, T value) => _fields.Write(session, ref value);

    public override T Read(ref WireReader reader, ReadSession session)
    {
        T value = default;
        _fields.Read(ref reader, session, ref value);
        return value;
    }
}
