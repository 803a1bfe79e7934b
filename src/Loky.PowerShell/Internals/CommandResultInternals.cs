using System.Reflection;

namespace Loky.PowerShell.Internals;

/// <summary>Members of what <c>Select-String</c> and <c>Select-Xml</c> give, whose assembly is not referenced.</summary>
internal static class CommandResultInternals
{
    private static readonly InternalType Match = Of("MatchInfo");

    /// <summary>Makes what <c>Select-String</c> gives. Without it, that comes as a property bag.</summary>
    public static readonly InternalConstructor<object> NewMatch = new(Match);

    /// <summary>Makes the lines around that. Without it, they come as a property bag.</summary>
    public static readonly InternalConstructor<object> NewMatchContext = new(Of("MatchInfoContext"));

    /// <summary>Makes what <c>Select-Xml</c> gives. Without it, that comes as a property bag.</summary>
    public static readonly InternalConstructor<object> NewXmlResult = new(Of("SelectXmlInfo"));

    /// <summary>Whether a match has a path at all. Without it, the text of one without begins with <c>InputStream</c>.</summary>
    public static readonly InternalField<bool> HasPath = new(Match, "_pathSet");

    /// <summary>Whether a match is highlighted. Without it, the text of a match for the terminal is not.</summary>
    public static readonly InternalField<bool> IsHighlighted = new(Match, "_emphasize");

    /// <summary>Where to begin to highlight. Without it, the text of a match for the terminal is not highlighted.</summary>
    public static readonly InternalField<IReadOnlyList<int>> Starts = new(Match, "_matchIndexes");

    /// <summary>How much to highlight. Without it, the text of a match for the terminal is not highlighted.</summary>
    public static readonly InternalField<IReadOnlyList<int>> Lengths = new(Match, "_matchLengths");

    /// <summary>Gets the fields of a match that there are. Only all of those for the terminal go together.</summary>
    public static IEnumerable<FieldInfo> MatchFields
    {
        get
        {
            FieldInfo?[] terminal = [IsHighlighted.Info, Starts.Info, Lengths.Info];
            return (Array.TrueForAll(terminal, static field => field is not null) ? terminal : []).Prepend(HasPath.Info).OfType<FieldInfo>();
        }
    }

    private static InternalType Of(string name) => new("Microsoft.PowerShell.Commands.Utility", "Microsoft.PowerShell.Commands." + name);
}
