using System.Globalization;

namespace Loky.Serialization;

/// <summary>How the keys of collections are compared: not at all, as strings by a rule, or by something else.</summary>
internal class ComparerFormatter
{
    private const int OrdinalComparer = 0;
    private const int OrdinalIgnoreCaseComparer = 1;
    private const int CurrentComparer = 2;
    private const int CurrentIgnoreCaseComparer = 3;

    /// <summary>Gets the one that sends a comparer of the user's own as the object that it is.</summary>
    public static ComparerFormatter Default { get; } = new();

    /// <summary>Writes a comparer, nil for a default; one that orders names its culture, even the writer's own.</summary>
    public void Write(WriteSession session, object? comparer, bool isOrder = false)
    {
        // Those of strings first, as to find out whether another one is a default takes longer.
        if (comparer is null || (comparer is not StringComparer && IsDefault(comparer)))
        {
            session.Writer.WriteNil();
        }
        else if (comparer is IEqualityComparer<string?> strings && StringComparer.IsWellKnownOrdinalComparer(strings, out bool ignoreCase))
        {
            session.Writer.Write((long)(ignoreCase ? OrdinalIgnoreCaseComparer : OrdinalComparer));
        }
        else if (comparer is IEqualityComparer<string?> cultural
            && StringComparer.IsWellKnownCultureAwareComparer(cultural, out CompareInfo? culture, out CompareOptions options))
        {
            if (!isOrder && (options & ~CompareOptions.IgnoreCase) == 0 && IsCurrent(culture))
            {
                session.Writer.Write((long)(options == CompareOptions.None ? CurrentComparer : CurrentIgnoreCaseComparer));
                return;
            }

            session.Writer.WriteArrayHeader(2);
            session.Writer.Write(culture.Name);
            session.Writer.Write((long)options);
        }
        else
        {
            session.Writer.WriteArrayHeader(1);
            session.Enter();
            WriteOther(session, comparer);
            session.Leave();
        }
    }

    /// <summary>Reads a comparer, or <see langword="null"/> for the default one.</summary>
    public object? Read(ref WireReader reader, ReadSession session)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        int start = reader.Position;
        if (reader.NextKind == WireKind.Integer)
        {
            return reader.ReadInt64() switch
            {
                OrdinalComparer => StringComparer.Ordinal,
                OrdinalIgnoreCaseComparer => StringComparer.OrdinalIgnoreCase,
                CurrentComparer => StringComparer.CurrentCulture,
                CurrentIgnoreCaseComparer => StringComparer.CurrentCultureIgnoreCase,
                long other => throw new WireFormatException(MessageText.Format(Messages.ComparerUnknown, start, other)),
            };
        }

        if (reader.ReadArrayHeader() == 1)
        {
            // A comparer can be an object with a comparer, and so on.
            reader.Enter();
            object? other = ReadOther(ref reader, session);
            reader.Leave();
            return other;
        }

        string culture = reader.ReadRequiredString();
        CompareOptions options = (CompareOptions)reader.ReadInt32();
        try
        {
            return StringComparer.Create(CultureInfo.GetCultureInfo(culture), options);
        }
        catch (ArgumentException exception)
        {
            throw new WireFormatException(MessageText.Format(Messages.ComparerUnknown, start, $"{culture}, {options}"), exception);
        }
    }

    /// <summary>Tells whether a comparer is the default one of a type, or one of strings by a rule.</summary>
    protected static bool IsKnown(object? comparer) =>
        comparer is null
        || (comparer is IEqualityComparer<string?> strings
            && (StringComparer.IsWellKnownOrdinalComparer(strings, out _) || StringComparer.IsWellKnownCultureAwareComparer(strings, out _, out _)))
        || IsDefault(comparer);

    /// <summary>Tells whether a culture is meant as the current one, and so is that of the reader there.</summary>
    protected virtual bool IsCurrent(CompareInfo culture) => false;

    /// <summary>Writes a comparer that is none of the known ones, as one value.</summary>
    protected virtual void WriteOther(WriteSession session, object comparer) => session.Table.Declared<object>().Write(session, comparer);

    protected virtual object? ReadOther(ref WireReader reader, ReadSession session) => session.Table.Declared<object>().Read(ref reader, session);

    // The classes of the default comparers differ with the type; that of a string in a Dictionary says it is ordinal.
    private static bool IsDefault(object comparer)
    {
        Type type = comparer.GetType();
        for (Type? level = type.BaseType; level is not null; level = level.BaseType)
        {
            if (level.IsConstructedGenericType
                && (level.GetGenericTypeDefinition() == typeof(EqualityComparer<>) || level.GetGenericTypeDefinition() == typeof(Comparer<>)))
            {
                return comparer == level.GetProperty("Default")!.GetValue(null);
            }
        }

        return false;
    }
}

/// <summary>The comparers of strings, whose classes differ from one version of .NET to the next.</summary>
internal sealed class StringComparerFormatter : ReferenceFormatter<StringComparer>
{
    protected override void WriteContent(WriteSession session, StringComparer value)
    {
        if (!StringComparer.IsWellKnownOrdinalComparer(value, out _) && !StringComparer.IsWellKnownCultureAwareComparer(value, out _, out _))
        {
            throw new UnsendableValueException(Messages.UnsendableFrameworkType, TypeNames.Display(value.GetType()));
        }

        session.Table.Comparers.Write(session, value);
    }

    protected override StringComparer ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        int start = reader.Position;
        StringComparer comparer = session.Table.Comparers.Read(ref reader, session) as StringComparer
            ?? throw new WireFormatException(MessageText.Format(Messages.ComparerUnknown, start, nameof(StringComparer)));
        session.Register(slot, comparer);
        return comparer;
    }
}
