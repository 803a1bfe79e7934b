using System.Collections;
using System.Globalization;
using Loky.PowerShell.Internals;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>How the keys of a sorted collection are ordered: a code, and the culture where the order is that of one.</summary>
internal static class SortComparers
{
    private const int Default = 0;
    private const int Ordinal = 1;
    private const int OrdinalIgnoreCase = 2;
    private const int Culture = 3;
    private const int CultureIgnoreCase = 4;
    private const int Objects = 5;
    private const int ObjectsIgnoreCase = 6;

    /// <summary>Tells whether the order can be told to the other side. That of the user's own code cannot.</summary>
    public static bool CanWrite<T>(IComparer<T> comparer) =>
        ReferenceEquals(comparer, Comparer<T>.Default) || CodeOf(comparer, out _) is Ordinal or OrdinalIgnoreCase or Culture or CultureIgnoreCase;

    /// <summary>Tells the same of an order of any objects.</summary>
    public static bool CanWrite(IComparer comparer) => CodeOf(comparer, out _) != Default;

    /// <summary>Writes an order.</summary>
    public static void Write(PSValueWriter writer, object comparer)
    {
        writer.Out.Write(CodeOf(comparer, out CompareInfo? culture));
        writer.Out.Write(culture?.Name);
    }

    /// <summary>Reads an order; null is that of the keys themselves.</summary>
    public static IComparer? Read(ref WireReader reader)
    {
        int code = reader.ReadInt32();
        string? name = reader.ReadString();
        CultureInfo culture = name is null ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(name);
        return code switch
        {
            Default => null,
            Ordinal => StringComparer.Ordinal,
            OrdinalIgnoreCase => StringComparer.OrdinalIgnoreCase,
            Culture => StringComparer.Create(culture, ignoreCase: false),
            CultureIgnoreCase => StringComparer.Create(culture, ignoreCase: true),
            Objects => new Comparer(culture),
            ObjectsIgnoreCase => new CaseInsensitiveComparer(culture),
            _ => throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, code, nameof(IComparer))),
        };
    }

    private static int CodeOf(object comparer, out CompareInfo? culture)
    {
        culture = null;
        switch (comparer)
        {
            case StringComparer strings when StringComparer.IsWellKnownOrdinalComparer(strings, out bool ignoreCase):
                return ignoreCase ? OrdinalIgnoreCase : Ordinal;
            case StringComparer strings when StringComparer.IsWellKnownCultureAwareComparer(strings, out culture, out CompareOptions options)
                && (options & ~CompareOptions.IgnoreCase) == 0:
                return options == CompareOptions.None ? Culture : CultureIgnoreCase;
            case Comparer when comparer.GetType() == typeof(Comparer):
                culture = FrameworkInternals.ComparerCulture.Get(comparer) ?? CultureInfo.CurrentCulture.CompareInfo;
                return Objects;
            case CaseInsensitiveComparer when comparer.GetType() == typeof(CaseInsensitiveComparer):
                culture = FrameworkInternals.CaseInsensitiveComparerCulture.Get(comparer) ?? CultureInfo.CurrentCulture.CompareInfo;
                return ObjectsIgnoreCase;
            default:
                culture = null;
                return Default;
        }
    }
}
