using Loky.Wire;

namespace Loky.Serialization;

/// <summary>The state of writing one value: which objects and types are on the wire already, and how deep it is.</summary>
internal sealed class WriteSession
{
    private SeenObjects _seen;
    private HashSet<object>? _unfinished;
    private TypeWriter? _types;
    private int _depth;

    /// <summary>Starts writing a value.</summary>
    /// <param name="table">Where the formatters are.</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="depth">How deep in another value this one is.</param>
    public WriteSession(FormatterTable table, PooledBuffer buffer, int depth = 0)
    {
        Table = table;
        Buffer = buffer;
        _depth = depth;
    }

    /// <summary>Gets the formatters in use.</summary>
    public FormatterTable Table { get; }

    /// <summary>Gets the buffer that is written to.</summary>
    public PooledBuffer Buffer { get; }

    /// <summary>Gets a writer on <see cref="Buffer"/>.</summary>
    public WireWriter Writer => new(Buffer);

    /// <summary>Gets the writer of type names.</summary>
    public TypeWriter Types => _types ??= new TypeWriter(this);

    /// <summary>Gets the count of the exceptions in the value, which is bounded: they may refer to one another at will.</summary>
    public ExceptionCount Exceptions { get; private init; } = new();

    /// <summary>Writes the number of <paramref name="value"/> if it was written before; else gives it the next number.</summary>
    public bool TryWriteReference(object value)
    {
        int number = _seen.Add(value);
        if (number < 0)
        {
            return false;
        }

        if (_unfinished is not null && _unfinished.Contains(value))
        {
            throw new UnsendableValueException(Messages.ValueContainsItself, TypeNames.Display(value.GetType()));
        }

        WireExtension.WriteNumber(Writer, WireExtension.Reference, number);
        return true;
    }

    /// <summary>
    /// Notes that the reader can make <paramref name="value"/> only after all that it contains, which therefore must not
    /// refer to it until <see cref="EndLate"/>.
    /// </summary>
    public void BeginLate(object value)
    {
        _unfinished ??= new HashSet<object>(ReferenceEqualityComparer.Instance);
        if (!_unfinished.Add(value))
        {
            throw new UnsendableValueException(Messages.ValueContainsItself, TypeNames.Display(value.GetType()));
        }
    }

    /// <summary>Notes that the content of <paramref name="value"/> is complete.</summary>
    public void EndLate(object value) => _unfinished!.Remove(value);

    /// <summary>Notes that a container is opened; refuses where that is too deep for the reader.</summary>
    public void Enter()
    {
        if (++_depth > WireReader.MaxDepth)
        {
            throw new UnsendableValueException(MessageText.Format(Messages.ValueTooDeep, WireReader.MaxDepth));
        }
    }

    /// <summary>Notes that a container is closed.</summary>
    public void Leave() => _depth--;

    /// <summary>Gets a session for a value of its own inside this one: it shares no references, so it can be dropped alone.</summary>
    public WriteSession Nested() => new(Table, Buffer, _depth)
    {
        _unfinished = _unfinished is null ? null : new HashSet<object>(_unfinished, ReferenceEqualityComparer.Instance),
        Exceptions = Exceptions,
    };
}
