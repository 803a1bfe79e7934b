using System.Collections;
using System.Globalization;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>How the string keys of a dictionary or set are compared.</summary>
internal static class KeyComparers
{
    private const int Default = 0;
    private const int Ordinal = 1;
    private const int OrdinalIgnoreCase = 2;
    private const int CurrentCulture = 3;
    private const int CurrentCultureIgnoreCase = 4;
    private const int Invariant = 5;
    private const int InvariantIgnoreCase = 6;

    /// <summary>Writes which comparer it is. A comparer of the user's own becomes the default one.</summary>
    public static void Write(PSValueWriter writer, object? comparer) => writer.Out.Write(CodeOf(comparer));

    /// <summary>Reads a comparer of strings; null is the default one.</summary>
    public static StringComparer? Read(ref WireReader reader)
    {
        int code = reader.ReadInt32();
        return code switch
        {
            Default => null,
            Ordinal => StringComparer.Ordinal,
            OrdinalIgnoreCase => StringComparer.OrdinalIgnoreCase,
            CurrentCulture => StringComparer.CurrentCulture,
            CurrentCultureIgnoreCase => StringComparer.CurrentCultureIgnoreCase,
            Invariant => StringComparer.InvariantCulture,
            InvariantIgnoreCase => StringComparer.InvariantCultureIgnoreCase,
            _ => throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, code, nameof(StringComparer))),
        };
    }

    /// <summary>
    /// Finds out how a table compares its keys. One that does not show it counts as PowerShell's own, which does not tell
    /// them apart by the case of their letters.
    /// </summary>
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

    private static int CodeOf(object? comparer)
    {
        if (comparer is not IEqualityComparer<string?> strings)
        {
            return Default;
        }

        if (StringComparer.IsWellKnownOrdinalComparer(strings, out bool ignoreCase))
        {
            // The default comparer of a Dictionary of strings says that it is an ordinal one.
            return ignoreCase ? OrdinalIgnoreCase : comparer is StringComparer ? Ordinal : Default;
        }

        if (!StringComparer.IsWellKnownCultureAwareComparer(strings, out CompareInfo? culture, out CompareOptions options)
            || (options & ~CompareOptions.IgnoreCase) != 0)
        {
            return Default;
        }

        ignoreCase = options == CompareOptions.IgnoreCase;
        bool invariant = culture.Name.Length == 0 && CultureInfo.CurrentCulture.Name.Length != 0;
        return invariant
            ? ignoreCase ? InvariantIgnoreCase : Invariant
            : ignoreCase ? CurrentCultureIgnoreCase : CurrentCulture;
    }
}
