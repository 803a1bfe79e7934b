using Loky.PowerShell.Converters;

namespace Loky.PowerShell.Serialization;

/// <summary>Reads the values that a <see cref="PSWriteSession"/> wrote. Not thread-safe; to be reused.</summary>
/// <remarks>The bytes need not be trusted. What they name is looked up in a fixed set of types, in <see cref="KnownTypes"/> and,
/// for enums, among what is loaded; no assembly is loaded but those of .NET that the fixed set is from, and no code of a script
/// or of the user runs; lengths are checked against the bytes that are there, and nesting is bounded.</remarks>
internal sealed class PSReadSession() : ReadSession(PSFormatterTable.Shared, TypePolicy.DeclaredOnly, typeof(object))
{
    private static readonly object True = true;
    private static readonly object False = false;

    public KnownTypes? KnownTypes { get; set; }

    public ConverterTable? Converters { get; set; }

    /// <summary>Gets a value indicating whether the writer is trusted: a worker trusts its parent, from which it takes scripts
    /// anyway. Only then do script properties and script methods come back as such.</summary>
    public bool Trusted { get; init; }

    /// <summary>Gets what scripts may do that are read, or null for what the current thread's session may: results can be read on
    /// a thread without one, or while a script with more rights than the call has waits for them.</summary>
    public PSLanguageMode? ScriptMode { get; init; }

    /// <summary>Gets or sets the session whose drives and providers files refer to; without one, they are names.</summary>
    public SessionState? Session { get; set; }

    internal NameCache Names { get; } = new();

    /// <summary>Throws <see cref="WireFormatException"/>, and nothing else, for bytes that are not a value.</summary>
    public object? Read(ref WireReader reader)
    {
        int start = reader.Position;
        try
        {
            return ReadValue(ref reader);
        }
        catch (Exception exception) when (exception is not (WireFormatException or TaskSerializationException or OutOfMemoryException or PipelineStoppedException))
        {
            throw new WireFormatException(
                MessageText.Format(Messages.PSValueInvalid, start, reader.Position, exception.Message), exception);
        }
        finally
        {
            Finish();
        }
    }

    /// <summary>Reads the first value, as <see cref="Read(ref WireReader)"/> does, and tells how many bytes it has.</summary>
    public object? Read(ReadOnlyMemory<byte> data, out int length)
    {
        var reader = new WireReader(data);
        object? value = Read(ref reader);
        length = reader.Position;
        return value;
    }

    public override bool CanMake(Type type) => PSFormatterTable.CanMake(type);

    public override Type? ReadTypeName(ref WireReader reader, bool isValue)
    {
        _ = reader.TryReadNil();
        string name = Names.Read(ref reader);
        return isValue ? TypeResolver.FindLoaded(name, KnownTypes) : TypeResolver.Find(name, KnownTypes);
    }

    internal object? ReadValue(ref WireReader reader)
    {
        switch (reader.NextKind)
        {
            case WireKind.Integer:
                long number = reader.ReadInt64();
                return number is >= int.MinValue and <= int.MaxValue ? (object)(int)number : number;
            case WireKind.String:
                return reader.ReadString();
            case WireKind.Nil:
                _ = reader.TryReadNil();
                return null;
            case WireKind.Boolean:
                return reader.ReadBoolean() ? True : False;
            case WireKind.Float:
                return reader.NextIsSingle ? (object)reader.ReadSingle() : reader.ReadDouble();
            case WireKind.Map:
                return PSObjectFormatter.ReadMap(ref reader, this);
            case WireKind.Array:
                return PSFormatters.Read(ref reader, this);
            case WireKind.Binary:
                return ArrayFormatters.ReadBytes(ref reader, this);
            default:
                return ScalarFormatters.Read(ref reader, this);
        }
    }

    /// <summary>Reads a value that must be of a type, whether or not there is a wrapper around it.</summary>
    internal T Require<T>(ref WireReader reader) =>
        ReadValue(ref reader) switch
        {
            T value => value,
            PSObject { BaseObject: T value } => value,
            var other => throw new FormatException(MessageText.Format(Messages.PSValueWrongType, other?.GetType(), typeof(T))),
        };
}
