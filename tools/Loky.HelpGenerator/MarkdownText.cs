using System.Text.RegularExpressions;

namespace Loky.HelpGenerator;

/// <summary>Takes the marks out of Markdown that a terminal does not show.</summary>
public static partial class MarkdownText
{
    /// <summary>Turns links into their text, and drops pictures and the marks of code and emphasis.</summary>
    public static string ToPlain(string markdown)
    {
        string text = Link().Replace(Picture().Replace(markdown, ""), match =>
            match.Groups["url"].Value.StartsWith("http", StringComparison.Ordinal)
                ? $"{match.Groups["text"].Value} ({match.Groups["url"].Value})"
                : match.Groups["text"].Value);
        return Bold().Replace(text, "${text}").Replace("`", "", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"!\[[^\]]*\]\([^)]+\)")]
    private static partial Regex Picture();

    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\((?<url>[^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\*\*(?<text>[^*]+)\*\*")]
    private static partial Regex Bold();
}
