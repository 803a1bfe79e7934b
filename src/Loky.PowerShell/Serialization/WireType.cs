using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Types on the wire. A type of the fixed set is a number, its place in <see cref="Fixed"/>; another one is its name; an
/// array type is <c>[rank, element type]</c>; a constructed generic type is <c>[0, definition, arguments…]</c>.
/// </summary>
internal static class WireType
{
    private const int Generic = 0;
    private const int MostRanks = 32;

    // The order is part of the wire format. Both sides have the same version of this module.
    private static readonly Type[] Fixed =
    [
        typeof(object), typeof(string), typeof(bool), typeof(char), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort),
        typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(nint),
        typeof(nuint), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly),
        typeof(Guid), typeof(Half), typeof(Int128), typeof(UInt128), typeof(Version), typeof(Uri), typeof(DBNull), typeof(Type),
        typeof(Exception), typeof(CultureInfo), typeof(SecureString), typeof(FileSystemInfo), typeof(FileInfo),
        typeof(DirectoryInfo), typeof(PSObject), typeof(PSCustomObject), typeof(ScriptBlock), typeof(PSCredential),
        typeof(SwitchParameter), typeof(ErrorRecord), typeof(Array), typeof(ArrayList), typeof(Hashtable),
        typeof(OrderedDictionary), typeof(DictionaryEntry), typeof(IEnumerable), typeof(ICollection), typeof(IList),
        typeof(IDictionary), typeof(IComparable), typeof(ValueType), typeof(Enum), typeof(Nullable<>), typeof(KeyValuePair<,>),
        typeof(List<>), typeof(Collection<>), typeof(HashSet<>), typeof(Queue<>), typeof(Stack<>), typeof(Dictionary<,>),
        typeof(IEnumerable<>), typeof(ICollection<>), typeof(IList<>), typeof(IDictionary<,>), typeof(void),
        typeof(SortedDictionary<,>), typeof(SortedList<,>), typeof(SortedSet<>), typeof(SortedList),
    ];

    private static readonly ConcurrentDictionary<Type, int> Codes = CreateCodes();

    /// <summary>Writes a type.</summary>
    public static void Write(PSWriteSession session, Type type)
    {
        if (Codes.TryGetValue(type, out int code))
        {
            session.Writer.Write(code);
        }
        else if (type.IsArray)
        {
            session.Writer.WriteArrayHeader(2);
            session.Writer.Write(type.GetArrayRank());
            Write(session, type.GetElementType()!);
        }
        else if (type.IsConstructedGenericType)
        {
            Type[] arguments = type.GenericTypeArguments;
            session.Writer.WriteArrayHeader(2 + arguments.Length);
            session.Writer.Write(Generic);
            Write(session, type.GetGenericTypeDefinition());
            foreach (Type argument in arguments)
            {
                Write(session, argument);
            }
        }
        else
        {
            session.Meet(type);
            session.Writer.Write(KnownTypes.NameOf(type));
        }
    }

    /// <summary>Writes a type as a value.</summary>
    public static void WriteValue(PSWriteSession session, object value)
    {
        var type = (Type)value;
        session.SkipReference();
        session.BeginComposite(PSComposite.Type, 2);
        Write(session, type);
        session.Writer.Write(type.ToString());
    }

    /// <summary>
    /// Reads a type that an object is made of or for: one of the fixed set, a known type, or an enum. Null if it is none.
    /// </summary>
    public static Type? Read(ref WireReader reader, PSReadSession session) => Read(ref reader, session, anyLoaded: false);

    /// <summary>Reads a type that is itself the value: any type that is loaded here.</summary>
    public static Type? ReadAnyLoaded(ref WireReader reader, PSReadSession session) => Read(ref reader, session, anyLoaded: true);

    private static Type? Read(ref WireReader reader, PSReadSession session, bool anyLoaded)
    {
        switch (reader.NextKind)
        {
            case WireKind.Integer:
                return ReadFixed(ref reader);
            case WireKind.Array:
                break;
            default:
                string name = session.Names.Read(ref reader);
                return anyLoaded
                    ? TypeResolver.FindLoaded(name, session.KnownTypes)
                    : TypeResolver.Find(name, session.KnownTypes);
        }

        int count = reader.ReadArrayHeader();
        reader.Enter();
        int rank = reader.ReadInt32();
        Type? result = rank == Generic
            ? ReadGeneric(ref reader, session, anyLoaded, count - 2)
            : ReadArray(ref reader, session, anyLoaded, rank);
        reader.Leave();
        return result;
    }

    private static Type ReadFixed(ref WireReader reader)
    {
        int code = reader.ReadInt32();
        return (uint)code < (uint)Fixed.Length
            ? Fixed[code]
            : throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, code, nameof(Type)));
    }

    private static Type? ReadArray(ref WireReader reader, PSReadSession session, bool anyLoaded, int rank)
    {
        if (rank is < 1 or > MostRanks)
        {
            throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, rank, nameof(Array)));
        }

        Type? element = Read(ref reader, session, anyLoaded) ?? (anyLoaded ? null : typeof(object));
        return element is null ? null
            : rank == 1 ? element.MakeArrayType()
            : element.MakeArrayType(rank);
    }

    private static Type? ReadGeneric(ref WireReader reader, PSReadSession session, bool anyLoaded, int count)
    {
        if (count is < 1 or > 8)
        {
            throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, count, nameof(Type)));
        }

        Type? definition = Read(ref reader, session, anyLoaded);
        var arguments = new Type[count];
        bool complete = definition is not null;
        for (int i = 0; i < count; i++)
        {
            Type? argument = Read(ref reader, session, anyLoaded);
            complete &= argument is not null || !anyLoaded;
            arguments[i] = argument ?? typeof(object);
        }

        return complete ? definition!.MakeGenericType(arguments) : null;
    }

    private static ConcurrentDictionary<Type, int> CreateCodes()
    {
        var codes = new ConcurrentDictionary<Type, int>();
        for (int i = 0; i < Fixed.Length; i++)
        {
            codes[Fixed[i]] = i;
        }

        return codes;
    }
}
