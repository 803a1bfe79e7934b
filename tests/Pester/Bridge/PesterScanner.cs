using System.Text.RegularExpressions;

namespace Loky.Pester.Bridge;

/// <summary>Finds the tests in Pester files by their text, because discovery must also work where PowerShell is missing.</summary>
public static partial class PesterScanner
{
    /// <summary>The Pester files, in a fixed order.</summary>
    public static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Repository.PesterFolder, "*.Tests.ps1").Order(StringComparer.Ordinal);

    /// <summary>The tests of one file.</summary>
    public static IEnumerable<PesterIt> Scan(string path) => Scan(Path.GetFileName(path), File.ReadAllLines(path));

    /// <summary>The tests among the lines of a file.</summary>
    public static IEnumerable<PesterIt> Scan(string fileName, IReadOnlyList<string> lines)
    {
        for (int index = 0; index < lines.Count; index++)
        {
            Match match = LiteralIt().Match(lines[index]);
            if (match.Success)
            {
                yield return new PesterIt(fileName, index + 1, match.Groups["name"].Value.Replace("''", "'", StringComparison.Ordinal));
            }
        }
    }

    /// <summary>Whether a file opens with the mark that no other may run beside it, because it measures time or memory.</summary>
    public static bool RunsAlone(IEnumerable<string> lines) => lines.FirstOrDefault()?.StartsWith("# Runs alone: ", StringComparison.Ordinal) == true;

    /// <summary>The numbers of the lines that start a test in a form <see cref="Scan(string)"/> cannot list.</summary>
    public static IEnumerable<int> UnlistedLines(IReadOnlyList<string> lines) =>
        Enumerable.Range(0, lines.Count)
            .Where(index => AnyIt().IsMatch(lines[index]) && !LiteralIt().IsMatch(lines[index]))
            .Select(index => index + 1);

    [GeneratedRegex(@"^\s*It\s+'(?<name>(?:[^']|'')+)'(?=[\s{])")]
    private static partial Regex LiteralIt();

    [GeneratedRegex(@"^\s*It\b", RegexOptions.IgnoreCase)]
    private static partial Regex AnyIt();
}
