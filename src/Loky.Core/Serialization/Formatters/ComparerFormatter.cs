using System.Globalization;
using Loky.Wire;

namespace Loky.Serialization;

/// <summary>
/// Writes and reads the comparers of collections: nil for the default one, the known string comparers by what they are, any
/// other as the object it is.
/// </summary>
internal static class ComparerFormatter
{
    private const int OrdinalComparer = 0;
    private const int OrdinalIgnoreCaseComparer = 1;

    /// <summary>Writes a comparer.</summary>
    public static void Write(WriteSession session, object? comparer)
    {
        if (IsDefault(comparer))
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
            session.Writer.WriteArrayHeader(2);
            session.Writer.Write(culture.Name);
            session.Writer.Write((long)options);
        }
        else
        {
            session.Writer.WriteArrayHeader(1);
            session.Table.Declared<object>().Write(session, comparer!);
        }
    }

    /// <summary>Reads a comparer; <see langword="null"/> is the default one.</summary>
    public static object? Read(ref WireReader reader, ReadSession session)
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
                long other => throw new WireFormatException(MessageText.Format(Messages.ComparerUnknown, start, other)),
            };
        }

        if (reader.ReadArrayHeader() == 1)
        {
            return session.Table.Declared<object>().Read(ref reader, session);
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

    // The classes of the default comparers differ with the type; that of a string in a Dictionary says it is ordinal.
    private static bool IsDefault(object? comparer)
    {
        if (comparer is null)
        {
            return true;
        }

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
