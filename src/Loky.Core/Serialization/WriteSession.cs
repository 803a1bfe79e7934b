using System.Runtime.CompilerServices;

namespace Loky.Serialization;

/// <summary>The state of writing one value: which objects and types are on the wire already, and how deep it is.</summary>
/// <param name="table">The formatters of its values.</param>
/// <param name="buffer">Where they are written; none for a session of one value after the other.</param>
/// <param name="references">The objects that were written; none for a value that begins with none.</param>
internal class WriteSession(FormatterTable table, PooledBuffer? buffer = null, ReferenceTable? references = null)
{
    private readonly ReferenceTable _references = references ?? new ReferenceTable();
    private PooledBuffer? _buffer = buffer;
    private TypeWriter? _types;
    private StrongBox<int>? _exceptions;

    public FormatterTable Table { get; } = table;

    public PooledBuffer Buffer => _buffer!;

    public WireWriter Writer => new(_buffer!);

    public TypeWriter Types => _types ??= new TypeWriter(this);

    /// <summary>Gets the count of the exceptions in the value, which is bounded: they may refer to one another at will.</summary>
    public StrongBox<int> Exceptions => _exceptions ??= new StrongBox<int>();

    protected int Depth { get; set; }

    /// <summary>Writes the number of <paramref name="value"/> if it was written before.</summary>
    public bool TryWriteReference(object value)
    {
        if (!_references.TryGet(value, out int number))
        {
            return false;
        }

        WriteReference(value, number);
        return true;
    }

    /// <summary>Writes the number of <paramref name="value"/> if it was written before; else gives it the next number.</summary>
    public bool TryRepeat(object value)
    {
        if (_references.TryAdd(value, out int number))
        {
            return false;
        }

        WriteReference(value, number);
        return true;
    }

    public void AddReference(object value) => _references.Add(value);

    /// <summary>Gives an object the number that was kept for it, unless it has one.</summary>
    public void AddReference(object value, int number)
    {
        if (!_references.TryGet(value, out _))
        {
            _references.Add(value, number);
        }
    }

    /// <summary>Uses up the number of something on the wire that nothing refers to, or not yet.</summary>
    public int SkipReference() => _references.SkipNumber();

    /// <summary>Begins what the reader can make only after its content, which cannot refer to it; returns its number.</summary>
    public int BeginLate(object value)
    {
        if (IsPending(value))
        {
            throw new UnsendableValueException(Messages.ValueContainsItself, TypeNames.Display(value.GetType()));
        }

        return _references.Begin(value);
    }

    public void EndLate(object value, int number) => _references.End(value, number);

    /// <summary>Tells whether the object is being written and cannot be referred to yet.</summary>
    public bool IsPending(object value) => _references.TryGet(value, out int number) && number == ReferenceTable.Pending;

    /// <summary>Opens a container; refuses where that is too deep for the reader.</summary>
    public virtual void Enter()
    {
        if (++Depth > WireReader.MaxDepth)
        {
            throw new UnsendableValueException(MessageText.Format(Messages.ValueTooDeep, WireReader.MaxDepth));
        }
    }

    public void Leave() => Depth--;

    /// <summary>Tells of the element that is written next, for the message of an error.</summary>
    public virtual void At(int index)
    {
    }

    /// <summary>Gets a session for a value inside this one, which shares no references, so it can be dropped alone.</summary>
    public WriteSession Nested() => new(Table, _buffer, _references.Nested())
    {
        Depth = Depth,
        _exceptions = Exceptions,
    };

    public virtual void WriteTypeName(Type type)
    {
        bool isNameable = type.FullName is not null && !type.HasElementType && !type.IsGenericParameter;
        if (!isNameable || AssemblyFacts.IsInMemory(type.Assembly))
        {
            throw new UnsendableValueException(isNameable ? Messages.TypeInMemory : Messages.TypeNotNameable, TypeNames.Display(type));
        }

        Types.WriteHeader(TypeShape.Named, 2);
        Types.Write(type.Assembly);
        Writer.Write(type.FullName);
    }

    /// <summary>Writes what stands for an object that is being written and that the reader does not have yet.</summary>
    protected virtual void WritePending(object value) =>
        throw new UnsendableValueException(Messages.ValueContainsItself, TypeNames.Display(value.GetType()));

    private void WriteReference(object value, int number)
    {
        if (number == ReferenceTable.Pending)
        {
            WritePending(value);
        }
        else
        {
            WireExtension.WriteNumber(Writer, WireExtension.Reference, number);
        }
    }

    protected void Start(PooledBuffer buffer)
    {
        _buffer = buffer;
        Depth = 0;
    }

    protected void Finish()
    {
        _references.Clear();
        _types?.Clear();
        _exceptions = null;
        _buffer = null;
    }
}
