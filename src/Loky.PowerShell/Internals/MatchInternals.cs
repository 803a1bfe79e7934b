using System.Collections;
using System.Text.RegularExpressions;
using RegexCapture = System.Text.RegularExpressions.Capture;

namespace Loky.PowerShell.Internals;

/// <summary>Members of matches, which only a search makes: to search on reading would run an expression that another process
/// chose. Without any one of them, matches, groups and captures come as property bags.</summary>
internal static class MatchInternals
{
    private static readonly InternalType SparseMatch = new(typeof(Match), "System.Text.RegularExpressions.MatchSparse");

    private static readonly InternalConstructor<Match> NewPlain = new(typeof(Match), typeof(Regex), typeof(int), typeof(string), typeof(int));

    // Of an expression whose groups are numbered with gaps.
    private static readonly InternalConstructor<Match> NewSparse =
        new(SparseMatch, typeof(Regex), typeof(Hashtable), typeof(int), typeof(string), typeof(int));

    private static readonly InternalConstructor<Group> NewPlainGroup = new(typeof(Group), typeof(string), typeof(int[]), typeof(int), typeof(string));
    private static readonly InternalConstructor<RegexCapture> NewPlainCapture = new(typeof(RegexCapture), typeof(string), typeof(int), typeof(int));
    private static readonly InternalProperty<string> Text = new(typeof(RegexCapture), "Text");
    private static readonly InternalProperty<int> Index = new(typeof(RegexCapture), "Index");
    private static readonly InternalProperty<int> Length = new(typeof(RegexCapture), "Length");
    private static readonly InternalField<int[]> Captures = new(typeof(Group), "_caps");
    private static readonly InternalField<int> CaptureCount = new(typeof(Group), "_capcount");
    private static readonly InternalField<Regex> Expression = new(typeof(Match), "_regex");
    private static readonly InternalField<int[][]> Matches = new(typeof(Match), "_matches");
    private static readonly InternalField<int[]> MatchCounts = new(typeof(Match), "_matchcount");
    private static readonly InternalField<int> Position = new(typeof(Match), "_textpos");
    private static readonly InternalField<Hashtable> Numbers = new(typeof(Regex), "caps");

    public static bool AreKnown { get; } =
        NewPlain.IsPresent && NewSparse.IsPresent && NewPlainGroup.IsPresent && NewPlainCapture.IsPresent
        && Text.IsPresent && Index.CanSet && Length.CanSet && Captures.IsPresent && CaptureCount.IsPresent && Expression.IsPresent
        && Matches.IsPresent && MatchCounts.IsPresent && Position.IsPresent && Numbers.IsPresent;

    public static string? TextOf(RegexCapture capture) => Text.Get(capture);

    public static Regex? RegexOf(Match match) => AreKnown ? Expression.Get(match) : null;

    /// <summary>Makes a match of index and length of each capture of each group.</summary>
    public static Match NewMatch(Regex regex, string text, int[][] places)
    {
        ThrowIfUnknown();
        Match match = (Numbers.Get(regex) is { } numbers
            ? NewSparse.New(regex, numbers, places.Length, text, text.Length)
            : NewPlain.New(regex, places.Length, text, text.Length))!;
        int[] whole = places[0];
        Matches.Set(match, places);
        MatchCounts.Set(match, Array.ConvertAll(places, static place => place.Length / 2));
        Captures.Set(match, whole);
        CaptureCount.Set(match, whole.Length / 2);
        Index.Set(match, whole[^2]);
        Length.Set(match, whole[^1]);
        Position.Set(match, regex.RightToLeft ? whole[^2] : whole[^2] + whole[^1]);
        return match;
    }

    /// <summary>Makes a group of index and length of each of its captures.</summary>
    public static Group NewGroup(string text, int[] places, string name)
    {
        ThrowIfUnknown();
        return NewPlainGroup.New(text, places, places.Length / 2, name)!;
    }

    public static RegexCapture NewCapture(string text, int index, int length)
    {
        ThrowIfUnknown();
        return NewPlainCapture.New(text, index, length)!;
    }

    private static void ThrowIfUnknown()
    {
        if (!AreKnown)
        {
            throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, (int)Serialization.PSComposite.RegexMatch, nameof(Serialization.PSComposite)));
        }
    }
}
