using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using RegexCapture = System.Text.RegularExpressions.Capture;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// The parts of matches that the framework keeps internal: only a search makes a match, and to search on reading would run
/// an expression that another process chose.
/// </summary>
internal static class MatchInternals
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConstructorInfo? MatchConstructor =
        typeof(Match).GetConstructor(Any, null, [typeof(Regex), typeof(int), typeof(string), typeof(int)], null);

    // Of an expression whose groups are numbered with gaps.
    private static readonly ConstructorInfo? SparseConstructor =
        typeof(Match).Assembly.GetType("System.Text.RegularExpressions.MatchSparse")
            ?.GetConstructor(Any, null, [typeof(Regex), typeof(Hashtable), typeof(int), typeof(string), typeof(int)], null);

    private static readonly ConstructorInfo? GroupConstructor =
        typeof(Group).GetConstructor(Any, null, [typeof(string), typeof(int[]), typeof(int), typeof(string)], null);

    private static readonly ConstructorInfo? CaptureConstructor =
        typeof(RegexCapture).GetConstructor(Any, null, [typeof(string), typeof(int), typeof(int)], null);

    private static readonly PropertyInfo? Text = typeof(RegexCapture).GetProperty("Text", Any);
    private static readonly PropertyInfo? Index = typeof(RegexCapture).GetProperty("Index", Any);
    private static readonly PropertyInfo? Length = typeof(RegexCapture).GetProperty("Length", Any);
    private static readonly FieldInfo? Captures = typeof(Group).GetField("_caps", Any);
    private static readonly FieldInfo? CaptureCount = typeof(Group).GetField("_capcount", Any);
    private static readonly FieldInfo? Expression = typeof(Match).GetField("_regex", Any);
    private static readonly FieldInfo? Matches = typeof(Match).GetField("_matches", Any);
    private static readonly FieldInfo? MatchCounts = typeof(Match).GetField("_matchcount", Any);
    private static readonly FieldInfo? Position = typeof(Match).GetField("_textpos", Any);
    private static readonly FieldInfo? Numbers = typeof(Regex).GetField("caps", Any);

    /// <summary>Gets a value indicating whether this framework has the parts. Where it has not, matches come as property bags.</summary>
    public static bool AreKnown { get; } =
        MatchConstructor is not null && SparseConstructor is not null && GroupConstructor is not null && CaptureConstructor is not null
        && Text?.GetMethod is not null && Index?.SetMethod is not null && Length?.SetMethod is not null
        && Captures?.FieldType == typeof(int[]) && CaptureCount?.FieldType == typeof(int) && Expression?.FieldType == typeof(Regex)
        && Matches?.FieldType == typeof(int[][]) && MatchCounts?.FieldType == typeof(int[]) && Position?.FieldType == typeof(int)
        && Numbers?.FieldType == typeof(Hashtable);

    /// <summary>Gets the text that something was found in.</summary>
    public static string? TextOf(RegexCapture capture) => (string?)Text!.GetValue(capture);

    /// <summary>Gets the expression of a match, if there is one and this framework tells it.</summary>
    public static Regex? RegexOf(Match match) => AreKnown ? (Regex?)Expression!.GetValue(match) : null;

    /// <summary>Makes a match of index and length of each capture of each group.</summary>
    public static Match NewMatch(Regex regex, string text, int[][] places)
    {
        ThrowIfUnknown();
        object? numbers = Numbers!.GetValue(regex);
        var match = (Match)(numbers is null
            ? MatchConstructor!.Invoke([regex, places.Length, text, text.Length])
            : SparseConstructor!.Invoke([regex, numbers, places.Length, text, text.Length]));
        int[] whole = places[0];
        Matches!.SetValue(match, places);
        MatchCounts!.SetValue(match, Array.ConvertAll(places, static place => place.Length / 2));
        Captures!.SetValue(match, whole);
        CaptureCount!.SetValue(match, whole.Length / 2);
        Index!.SetValue(match, whole[^2]);
        Length!.SetValue(match, whole[^1]);
        Position!.SetValue(match, regex.RightToLeft ? whole[^2] : whole[^2] + whole[^1]);
        return match;
    }

    /// <summary>Makes a group of index and length of each of its captures.</summary>
    public static Group NewGroup(string text, int[] places, string name)
    {
        ThrowIfUnknown();
        return (Group)GroupConstructor!.Invoke([text, places, places.Length / 2, name]);
    }

    /// <summary>Makes a capture.</summary>
    public static RegexCapture NewCapture(string text, int index, int length)
    {
        ThrowIfUnknown();
        return (RegexCapture)CaptureConstructor!.Invoke([text, index, length]);
    }

    private static void ThrowIfUnknown()
    {
        if (!AreKnown)
        {
            throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, (int)PSComposite.RegexMatch, nameof(PSComposite)));
        }
    }
}
