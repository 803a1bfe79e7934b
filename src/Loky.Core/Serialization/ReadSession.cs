using System.Diagnostics.CodeAnalysis;

namespace Loky.Serialization;

/// <summary>The state of reading one value: the objects and types read so far, and whom to trust with types.</summary>
internal class ReadSession(FormatterTable table, TypePolicy policy, Type declaredType)
{
    private const int LargestKept = 1 << 16;

    private List<object?>? _objects;
    private TypeReader? _types;

    public FormatterTable Table { get; } = table;

    public TypePolicy Policy { get; } = policy;

    public TypeReader Types => _types ??= new TypeReader(this);

    /// <summary>Takes the next number, for an object that is about to be read.</summary>
    public int Reserve()
    {
        _objects ??= [];
        _objects.Add(null);
        return _objects.Count - 1;
    }

    /// <summary>Tells the object of a number, as early as possible: its own parts may refer to it.</summary>
    public void Register(int slot, object value) => _objects![slot] = value;

    /// <summary>Reads a reference to an object that was read before, if that is next.</summary>
    public bool TryReadReference<T>(ref WireReader reader, [NotNullWhen(true)] out T? value)
        where T : class
    {
        if (reader.NextKind != WireKind.Extension || reader.PeekExtensionType() != WireExtension.Reference)
        {
            value = null;
            return false;
        }

        int start = reader.Position;
        object seen = Find(WireExtension.NumberOf(reader.ReadExtension(out _), start), start);
        value = seen as T ?? throw Mismatch(start, seen.GetType(), typeof(T));
        return true;
    }

    /// <summary>Gets the object of a number that begins in the bytes at <paramref name="start"/>.</summary>
    public object Find(int number, int start) =>
        _objects is not null && number < _objects.Count && _objects[number] is { } seen
            ? seen
            : throw new WireFormatException(MessageText.Format(Messages.ReferenceUnknown, start, number));

    /// <summary>Tells whether values of a type with a number can be made here; one that cannot is done without.</summary>
    public virtual bool CanMake(Type type) => true;

    /// <summary>Reads a type's name and finds it, null if it is done without; nothing is made of one that is a value.</summary>
    public virtual Type? ReadTypeName(ref WireReader reader, bool isValue)
    {
        AssemblyReference assembly = Types.ReadAssembly(ref reader);
        return Policy.Resolve(assembly, reader.ReadRequiredString(), declaredType, isValue);
    }

    /// <summary>Gets a session for a value of its own inside this one.</summary>
    public ReadSession Nested(Type nested) => new(Table, Policy, nested);

    public static WireFormatException Mismatch(int position, Type found, Type expected) =>
        new(MessageText.Format(Messages.ValueOfWrongType, position, TypeNames.Display(found), TypeNames.Display(expected)));

    protected void Finish()
    {
        _types?.Clear();
        _objects?.Clear();
        if (_objects?.Capacity > LargestKept)
        {
            _objects.Capacity = 0;
        }
    }
}
