using System.Reflection;

namespace Loky.PowerShell.Serialization;

/// <summary>What commands give that is no more than public properties and fields, whose values have forms of their own: that of
/// <c>Select-String</c> and <c>Select-Xml</c>, and what PowerShell's provider adds to each file on Unix, of which its mode, user and
/// group come. Names and values in turn; the types are not in the reference assembly.</summary>
internal static class CommandResults
{
    // What the file system says of a file has a form of its own, without a number.
    private const int UnixStat = 3;

    // The order is part of the wire format.
    private static readonly InternalConstructor<object>[] Constructors =
        [CommandResultInternals.NewMatch, CommandResultInternals.NewMatchContext, CommandResultInternals.NewXmlResult, ObjectInternals.NewUnixStat];

    private static readonly string[] Names = Array.ConvertAll(Constructors, static constructor => constructor.Owner.FullName);

    private static readonly Lazy<Part[]?>[] Parts = Array.ConvertAll(Constructors, static constructor => new Lazy<Part[]?>(() => PartsOf(constructor)));

    public static Action<PSWriteSession, object>? Find(string? name) =>
        Array.IndexOf(Names, name) is >= 0 and var number && Parts[number].Value is { } parts
            ? (session, value) => Write(session, number, parts, value)
            : null;

    public static object Read(ref WireReader reader, PSReadSession session, int slot, int count)
    {
        int number = reader.ReadInt32();
        return number is >= 0 and < UnixStat && Parts[number].Value is { } parts
            ? ReadParts(ref reader, session, slot, count, Constructors[number].New()!, parts)
            : throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, number, nameof(CommandResults)));
    }

    /// <summary>Reads what the file system says of a file; where PowerShell has no such type, as a custom object.</summary>
    public static object ReadUnixStat(ref WireReader reader, PSReadSession session, int slot, int count) =>
        ReadParts(ref reader, session, slot, count, Constructors[UnixStat].New() ?? new PSObject(), Parts[UnixStat].Value ?? []);

    private static void Write(PSWriteSession session, int number, Part[] parts, object value)
    {
        int start = session.Buffer.Length;
        if (!session.Begin(value))
        {
            return;
        }

        if (number == UnixStat)
        {
            session.BeginComposite(PSComposite.UnixStat, parts.Length * 2);
        }
        else
        {
            session.BeginComposite(PSComposite.CommandResult, 1 + (parts.Length * 2));
            session.Writer.Write(number);
        }

        foreach (Part part in parts)
        {
            session.At(part.Name);
            session.Writer.Write(part.Name);
            object? content = part.Get(value);
            session.WriteValue(content is IReadOnlyList<int> numbers ? numbers.ToArray() : content);
        }

        if (number == UnixStat)
        {
            // Reading a file changes it.
            session.NotePassing(start);
        }

        session.Leave();
    }

    private static object ReadParts(ref WireReader reader, PSReadSession session, int slot, int count, object result, Part[] parts)
    {
        session.Register(slot, result);
        for (int i = 0; i < count; i++)
        {
            string name = session.Names.Read(ref reader);
            object? value = session.ReadValue(ref reader);
            if (result is PSObject bag)
            {
                bag.Members.Add(new PSNoteProperty(name, value));
            }
            else if (Array.Find(parts, part => part.Name == name) is { } part && ObjectArrayFormatter.Fit(value, part.Type) is var fitting
                && part.Type.IsInstanceOfType(fitting))
            {
                part.Set(result, fitting);
            }
        }

        return result;
    }

    private static Part[]? PartsOf(InternalConstructor<object> constructor)
    {
        const BindingFlags Public = BindingFlags.Instance | BindingFlags.Public;
        if (constructor.Info?.DeclaringType is not { } type)
        {
            return null;
        }

        IEnumerable<FieldInfo> internals = constructor == CommandResultInternals.NewMatch ? CommandResultInternals.MatchFields : [];
        return
        [
            .. type.GetProperties(Public).Where(static property => property is { CanRead: true, CanWrite: true })
                .Select(static property => new Part(property.Name, property.PropertyType, property.GetValue, property.SetValue)),
            .. type.GetFields(Public).Concat(internals)
                .Select(static field => new Part(field.Name, field.FieldType, field.GetValue, field.SetValue)),
        ];
    }

    private sealed record Part(string Name, Type Type, Func<object, object?> Get, Action<object, object?> Set);
}
