using System.Diagnostics.CodeAnalysis;
using Loky.Wire;

namespace Loky.Serialization;

/// <summary>The state of reading one value: the objects and types read so far, and whom to trust with types.</summary>
internal class ReadSession
{
    private const int LargestKept = 1 << 16;

    private readonly Type _declaredType;
    private List<object?>? _objects;
    private TypeReader? _types;

    /// <summary>Starts reading a value.</summary>
    /// <param name="table">Where the formatters are.</param>
    /// <param name="policy">Which types the bytes may name.</param>
    /// <param name="declaredType">The type that the value must have.</param>
    public ReadSession(FormatterTable table, TypePolicy policy, Type declaredType)
    {
        Table = table;
        Policy = policy;
        _declaredType = declaredType;
    }

    /// <summary>Gets the formatters in use.</summary>
    public FormatterTable Table { get; }

    /// <summary>Gets the rule for which types the bytes may name.</summary>
    public TypePolicy Policy { get; }

    /// <summary>Gets the reader of type names.</summary>
    public TypeReader Types => _types ??= new TypeReader(this);

    /// <summary>Takes the next number, for an object that is about to be read.</summary>
    public int Reserve()
    {
        _objects ??= [];
        _objects.Add(null);
        return _objects.Count - 1;
    }

    /// <summary>Tells the object that has the number <paramref name="slot"/>, as early as possible: its own parts may refer to it.</summary>
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

    /// <summary>Gets the object of a number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="start">Where in the bytes it is.</param>
    public object Find(int number, int start) =>
        _objects is not null && number < _objects.Count && _objects[number] is { } seen
            ? seen
            : throw new WireFormatException(MessageText.Format(Messages.ReferenceUnknown, start, number));

    /// <summary>Tells whether values of a type that goes by number can be made here. One that cannot is done without.</summary>
    public virtual bool CanMake(Type type) => true;

    /// <summary>Reads the name of a type, and finds it. Null for one that is to be done without.</summary>
    /// <param name="reader">The reader, at the name.</param>
    /// <param name="isValue">Whether the type is itself the value, and nothing is to be made of it.</param>
    public virtual Type? ReadTypeName(ref WireReader reader, bool isValue)
    {
        AssemblyReference assembly = Types.ReadAssembly(ref reader);
        return Policy.Resolve(assembly, reader.ReadRequiredString(), _declaredType, isValue);
    }

    /// <summary>Gets a session for a value of its own inside this one.</summary>
    public ReadSession Nested(Type declaredType) => new(Table, Policy, declaredType);

    /// <summary>The error of finding a value of one type where another is due.</summary>
    public static WireFormatException Mismatch(int position, Type found, Type expected) =>
        new(MessageText.Format(Messages.ValueOfWrongType, position, TypeNames.Display(found), TypeNames.Display(expected)));

    /// <summary>Forgets the value, so that another one can be read.</summary>
    protected void Finish()
    {
        _types?.Clear();
        if (_objects is null or { Count: 0 })
        {
            return;
        }

        _objects.Clear();
        if (_objects.Capacity > LargestKept)
        {
            _objects.Capacity = 0;
        }
    }
}
