using System.Collections;
using System.Globalization;

namespace Loky.PowerShell.Serialization;

/// <summary>How keys are compared: the current culture is the reader's, a comparer of the user's own the default.</summary>
internal sealed class PSComparerFormatter : ComparerFormatter
{
    public static PSComparerFormatter Instance { get; } = new();

    /// <summary>Tells whether a comparer can be told to the other side. One that is code of the user's cannot.</summary>
    public static bool CanWrite(object? comparer) => IsKnown(comparer) || CultureOf(comparer!) is not null;

    /// <summary>Finds out how a table compares its keys. One that does not show it counts as PowerShell's own, which does not
    /// tell them apart by the case of their letters.</summary>
    public static StringComparer? Guess(IDictionary table) => IgnoresCase(table) is false ? null : StringComparer.CurrentCultureIgnoreCase;

    /// <summary>Finds out whether a table ignores the case of letters in its keys; null where no key has letters.</summary>
    public static bool? IgnoresCase(IDictionary table)
    {
        var exact = new HashSet<string>(table.Keys.OfType<string>(), StringComparer.Ordinal);
        foreach (string key in exact)
        {
            string upper = key.ToUpperInvariant();
            string other = upper == key ? key.ToLowerInvariant() : upper;
            if (other != key)
            {
                return !exact.Contains(other) && table.Contains(other);
            }
        }

        return null;
    }

    protected override bool IsCurrent(CompareInfo culture) => culture.Name == CultureInfo.CurrentCulture.Name;

    protected override void WriteOther(WriteSession session, object comparer)
    {
        if (CultureOf(comparer) is not { } culture)
        {
            session.Writer.WriteNil();
            return;
        }

        session.Writer.WriteArrayHeader(2);
        session.Writer.Write(culture.Name);
        session.Writer.Write(comparer is CaseInsensitiveComparer);
    }

    protected override object? ReadOther(ref WireReader reader, ReadSession session)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        reader.ReadArrayHeader(2);
        var culture = CultureInfo.GetCultureInfo(reader.ReadRequiredString());
        return reader.ReadBoolean() ? new CaseInsensitiveComparer(culture) : new Comparer(culture);
    }

    private static CompareInfo? CultureOf(object comparer) => comparer switch
    {
        Comparer when comparer.GetType() == typeof(Comparer) =>
            FrameworkInternals.ComparerCulture.Get(comparer) ?? CultureInfo.CurrentCulture.CompareInfo,
        CaseInsensitiveComparer when comparer.GetType() == typeof(CaseInsensitiveComparer) =>
            FrameworkInternals.CaseInsensitiveComparerCulture.Get(comparer) ?? CultureInfo.CurrentCulture.CompareInfo,
        _ => null,
    };
}
