using System.Text.RegularExpressions;
using Loky.Pester.Bridge;
using Xunit;

namespace Loky.Pester.Internals;

/// <summary>That what PowerShell keeps to itself is reached from one folder, where each member says what happens without it.</summary>
public partial class InternalsFolderTests
{
    // They look into the classes that users' scripts define, whose fields they copy.
    private static readonly string[] ReachUsersTypes = ["Capture/TypeCapture.cs", "Serialization/KnownInstanceFormatter.cs"];

    private static string Sources => Path.Combine(Repository.Root, "src", "Loky.PowerShell");

    [Fact]
    public void No_other_folder_reaches_members_that_are_not_public()
    {
        string[] reaching = [.. Directory.GetFiles(Sources, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Sources, file).Replace('\\', '/'))
            .Where(static file => !file.StartsWith("Internals/", StringComparison.Ordinal) && !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("bin/", StringComparison.Ordinal))
            .Where(file => Reflection().IsMatch(File.ReadAllText(Path.Combine(Sources, file))))
            .Order(StringComparer.Ordinal)];

        Assert.Equal(ReachUsersTypes, reaching);
    }

    [Fact]
    public void Each_member_says_what_happens_without_it()
    {
        int found = 0;
        foreach (string file in Directory.GetFiles(Path.Combine(Sources, "Internals"), "*Internals.cs"))
        {
            string source = File.ReadAllText(file);
            foreach (Match member in Declaration().Matches(source))
            {
                found++;
                string name = member.Groups["name"].Value;
                Assert.True(
                    member.Groups["doc"].Value.Contains("ithout", StringComparison.Ordinal), $"{Path.GetFileName(file)}: {name} does not say what happens without it.");
            }
        }

        Assert.True(found > 60, $"Only {found} members were found.");
    }

    [GeneratedRegex(@"NonPublic|UnsafeAccessor|DynamicMethod|typeof\(PSObject\)\.Assembly\.GetType\(")]
    private static partial Regex Reflection();

    [GeneratedRegex(@"(?<doc>(?:[ ]*///[^\n]*\n)+)[ ]*public static readonly Internal(?:Property|Field|Method|Constructor|Delegate)[<\w>?, \[\]]*? (?<name>\w+) ?(?:=|\n)")]
    private static partial Regex Declaration();
}
