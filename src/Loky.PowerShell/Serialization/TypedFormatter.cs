namespace Loky.PowerShell.Serialization;

/// <summary>Values in the form of .NET values, collections above all: their type, and what its formatter makes of them.</summary>
internal static class TypedFormatter
{
    /// <summary>Gets what writes values of a type, or null where it has a form of its own or none.</summary>
    public static Action<PSWriteSession, object>? Find(Type type)
    {
        type = PSFormatterTable.TypeFor(type);
        if (!PSFormatterTable.Has(type))
        {
            return null;
        }

        Formatter formatter = PSFormatterTable.Shared.Exact(type);
        if (type.IsValueType)
        {
            return (session, value) =>
            {
                session.SkipReference();
                WriteContent(session, formatter, value);
            };
        }

        bool isSorted = type.Name.StartsWith("Sorted", StringComparison.Ordinal);
        return (session, value) =>
        {
            if (isSorted && !PSComparerFormatter.CanWrite(formatter.ComparerOf(value)))
            {
                // The order cannot be told to the other side.
                PropertyBagFormatter.Write(session, value);
            }
            else if (session.TryBegin(value))
            {
                WriteContent(session, formatter, value);
            }
        };
    }

    /// <summary>Elements of a type that is not known here are of type <see cref="object"/>.</summary>
    public static object Read(ref WireReader reader, PSReadSession session, int slot)
    {
        Type? type = session.Types.TryRead(ref reader, isValue: false);
        if (type is null || !PSFormatterTable.Has(type))
        {
            throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, type, nameof(PSComposite.Typed)));
        }

        // The content is as deep as the array that it is in: for the writer the two are one.
        reader.Leave();
        object value = session.Table.Exact(type).ReadContentOf(ref reader, session, slot)!;
        reader.Enter();
        return value;
    }

    private static void WriteContent(PSWriteSession session, Formatter formatter, object value)
    {
        session.BeginComposite(PSComposite.Typed, 2);
        session.Types.Write(formatter.Type);
        formatter.WriteContentOf(session, value);
    }
}
