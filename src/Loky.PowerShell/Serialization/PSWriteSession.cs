using Loky.PowerShell.Converters;

namespace Loky.PowerShell.Serialization;

/// <summary>Writes PowerShell values as MessagePack, each as one value that needs nothing but itself to be read. Shared
/// references and cycles within a value are kept. Not thread-safe; to be reused.</summary>
/// <remarks>What the fixed set of types has no form for becomes a property bag, as in PowerShell remoting: its properties, those
/// of its properties down to <see cref="MaxDepth"/>, below that its text.</remarks>
internal sealed class PSWriteSession() : WriteSession(PSFormatterTable.Shared)
{
    /// <summary>How deep property bags go unless asked otherwise: as PowerShell remoting.</summary>
    public const int DefaultMaxDepth = 1;

    /// <summary>How many containers may nest: fewer than the reader takes, for which some are more than one.</summary>
    public const int MaxNesting = WireReader.MaxDepth - 28;

    // The way to what is being written: the property of each container, or the number of the element, from 1 on.
    private readonly (string? Name, int Number)[] _path = new (string? Name, int Number)[MaxNesting + 2];
    private object? _withoutMembers;
    private object? _container;

    /// <summary>Gets how many levels of properties of an object that becomes a property bag are written as objects; below that
    /// comes their text. Collections, custom objects and the types of the fixed set do not count.</summary>
    public int MaxDepth { get; init; } = DefaultMaxDepth;

    public KnownTypes? KnownTypes { get; set; }

    /// <summary>Gets or sets what is told of each class or enum of a script that <see cref="KnownTypes"/> does not have, so that
    /// the reader can be given it.</summary>
    public Action<Type>? ScriptTypeMet { get; set; }

    public ConverterTable? Converters { get; set; }

    /// <summary>Gets a value indicating whether script properties and script methods of objects are written as scripts. Only a
    /// reader that trusts this writer takes them; otherwise a script property is written as the value that it has now.</summary>
    public bool KeepScripts { get; init; }

    /// <summary>Gets or sets a value indicating whether equal values have equal bytes in every process: the pairs of a hashtable,
    /// whose order has no meaning and differs from process to process, are written in the order of their keys.</summary>
    public bool IsStable { get; set; }

    /// <summary>Gets the places, since it was last cleared, of passing states; only where <see cref="IsStable"/>.</summary>
    public List<(int Start, int End)> Passing { get; } = [];

    /// <summary>Gets the mode in which the reader runs scripts, for none to gain rights; null where it runs none.</summary>
    public PSLanguageMode? ScriptMode { get; init; }

    /// <summary>Gets the members gathered of the objects that are being written, those of the innermost last.</summary>
    internal List<PSMemberInfo> Members { get; } = [];

    internal int DepthLeft { get; set; }

    /// <summary>Gets or sets how many exceptions are being written that the next one is an inner exception of.</summary>
    internal int InnerExceptions { get; set; }

    /// <summary>On <see cref="TaskSerializationException"/> the caller truncates the buffer to where it was.</summary>
    public void Write(PooledBuffer buffer, object? value)
    {
        switch (value)
        {
            case int number:
                new WireWriter(buffer).Write(number);
                return;
            case null:
                new WireWriter(buffer).WriteNil();
                return;
            default:
                Run(buffer, value, static (session, value) => session.WriteValue(value));
                return;
        }
    }

    public override void Enter()
    {
        if (++Depth > MaxNesting)
        {
            Depth--;
            throw new TaskSerializationException(
                MessageText.Format(Messages.PSValueTooDeep, PathText(), _container?.GetType(), MaxNesting));
        }

        _path[Depth] = default;
    }

    public override void At(int index) => _path[Depth] = (null, index + 1);

    public override void WriteTypeName(Type type)
    {
        Meet(type);
        Types.WriteHeader(TypeShape.Named, 2);
        Writer.WriteNil();
        Writer.Write(KnownTypes.NameOf(type));
    }

    internal void Run(PooledBuffer buffer, object value, Action<PSWriteSession, object> write)
    {
        Start(buffer);
        DepthLeft = MaxDepth;
        InnerExceptions = 0;
        try
        {
            write(this, value);
        }
        catch (Exception exception) when (exception is not (TaskSerializationException or OutOfMemoryException or PipelineStoppedException))
        {
            throw new TaskSerializationException(
                MessageText.Format(Messages.PSValueNotEncoded, PathText(), value.GetType(), exception.Message), exception);
        }
        finally
        {
            Finish();
            Members.Clear();
            _withoutMembers = null;
            _container = null;
        }
    }

    /// <summary>Notes that what was written from a place on is a passing state.</summary>
    internal void NotePassing(int start)
    {
        if (IsStable)
        {
            Passing.Add((start, Buffer.Length));
        }
    }

    internal void WriteValue(object? value)
    {
        switch (value)
        {
            case null:
                Writer.WriteNil();
                break;
            case string text:
                StringFormatter.Write(Writer, text);
                break;
            case int number:
                Writer.Write(number);
                break;
            case bool flag:
                Writer.Write(flag);
                break;
            case double number:
                Writer.Write(number);
                break;
            case PSObject wrapper:
                PSObjectFormatter.Write(this, wrapper);
                break;
            default:
                FormatterFor(value.GetType())(this, value);
                break;
        }
    }

    /// <summary>Notes a type that is written by its name.</summary>
    internal void Meet(Type type)
    {
        if (ScriptTypeMet is null || KnownTypes is not { } known)
        {
            return;
        }

        for (Type? current = type; current is not null && KnownTypes.IsOfScript(current); current = current.BaseType)
        {
            if (!known.Contains(current))
            {
                ScriptTypeMet(current);
            }
        }
    }

    internal Action<PSWriteSession, object> FormatterFor(Type type) => Converters?.Find(type) ?? PSFormatters.For(type);

    /// <summary>Notes the property that is written next, for the message of an error.</summary>
    internal void At(string name) => _path[Depth] = (name, 0);

    /// <summary>Begins an object that has an identity: writes a reference if it was written before in this value, or the object
    /// with its own members if it has some, and then returns false; otherwise numbers it and goes into it.</summary>
    internal bool Begin(object value)
    {
        if (!TryBegin(value))
        {
            return false;
        }

        Enter(value);
        return true;
    }

    /// <summary>Does as <see cref="Begin(object)"/>, and leaves going into it to the caller.</summary>
    internal bool TryBegin(object value)
    {
        if (TryWriteReference(value) || TryWriteMembers(value))
        {
            return false;
        }

        AddReference(value);
        _container = value;
        return true;
    }

    /// <summary>Begins an object as <see cref="Begin(object)"/> does that the reader can make only when it has read its parts. A
    /// part that refers back to it is written as null until <see cref="WriteSession.EndLate"/>.</summary>
    internal bool TryBeginLate(object value, out int reference)
    {
        bool begun = Begin(value);
        reference = begun ? BeginLate(value) : ReferenceTable.Pending;
        return begun;
    }

    /// <summary>Begins a value that is written as another one, as <see cref="Begin(object)"/> does. Until it has ended nothing
    /// can refer to it: the reader makes it only then.</summary>
    internal bool TryBeginConverted(object value, out int reference)
    {
        reference = -1;
        if ((!value.GetType().IsValueType && TryWriteReference(value)) || TryWriteMembers(value))
        {
            return false;
        }

        reference = SkipReference();
        Enter(value);
        return true;
    }

    internal void EndConverted(object value, int reference)
    {
        Leave();
        if (!value.GetType().IsValueType)
        {
            AddReference(value, reference);
        }
    }

    /// <summary>Writes a value as if so many levels of properties were left.</summary>
    internal void WriteAtDepth(int depth, object? value)
    {
        int outer = DepthLeft;
        DepthLeft = depth;
        WriteValue(value);
        DepthLeft = outer;
    }

    /// <summary>Writes the object itself, whose members are known to be none or are written by the caller.</summary>
    internal void WriteWithoutMembers(object value)
    {
        _withoutMembers = value;
        WriteValue(value);
        _withoutMembers = null;
    }

    internal void Enter(object container)
    {
        _container = container;
        Enter();
    }

    internal void BeginComposite(PSComposite kind, int count)
    {
        Writer.WriteArrayHeader(checked(count + 1));
        Writer.WriteExtension(PSExtension.Composite, [(byte)kind]);
    }

    /// <summary>Writes an object that has an identity as a composite value, unless <see cref="Begin(object)"/> writes it.</summary>
    internal void WriteComposite<T>(T value, PSComposite kind, int count, Action<PSWriteSession, T> content)
        where T : class
    {
        if (Begin(value))
        {
            BeginComposite(kind, count);
            content(this, value);
            Leave();
        }
    }

    protected override void WritePending(object value) => Writer.WriteNil();

    /// <summary>Writes the object with its own members, if it has some that the caller does not write.</summary>
    private bool TryWriteMembers(object value)
    {
        if (!ReferenceEquals(value, _withoutMembers) && PSObjectFormatter.TryWriteExtended(this, value))
        {
            return true;
        }

        _withoutMembers = null;
        return false;
    }

    private string PathText() => "$_" + string.Concat(_path[1..(Depth + 1)].Select(
        static step => step.Name is { } name ? $".{name}" : step.Number > 0 ? $"[{step.Number - 1}]" : null));
}
