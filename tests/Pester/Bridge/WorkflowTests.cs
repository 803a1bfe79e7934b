using System.Text.RegularExpressions;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Loky.Pester.Bridge;

/// <summary>The workflows are files that only GitHub runs; what can be known of them before is tested here.</summary>
public sealed partial class WorkflowTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, ".github");

    /// <summary>The names of the workflows.</summary>
    public static TheoryData<string> Workflows => new(Directory.EnumerateFiles(Path.Combine(Folder, "workflows")).Select(path => Path.GetFileName(path)));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_uses_actions_by_their_full_commit_hash_alone(string name)
    {
        foreach (string action in Find(Read("workflows", name), "uses").Select(node => ((YamlScalarNode)node).Value!))
        {
            Assert.True(action.StartsWith("./", StringComparison.Ordinal) || PinnedAction().IsMatch(action), $"{action} is not pinned by a hash.");
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void An_action_has_one_hash_and_the_version_that_it_stands_for_beside_it(string name)
    {
        foreach (string line in File.ReadLines(Path.Combine(Folder, "workflows", name)).Where(line => line.Contains("uses: ", StringComparison.Ordinal) && !line.Contains("uses: ./", StringComparison.Ordinal)))
        {
            Assert.Matches(@"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line);
        }

        IEnumerable<IGrouping<string, string>> actions = Directory.EnumerateFiles(Path.Combine(Folder, "workflows"))
            .SelectMany(path => HashedAction().Matches(File.ReadAllText(path)))
            .GroupBy(match => match.Groups["repository"].Value, match => match.Groups["hash"].Value);
        Assert.All(actions, action => Assert.Single(action.Distinct()));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_may_only_read_unless_a_job_says_what_more_it_needs(string name)
    {
        YamlMappingNode workflow = Read("workflows", name);
        YamlMappingNode permissions = Assert.IsType<YamlMappingNode>(workflow.Children["permissions"]);
        Assert.Equal("contents: read", Assert.Single(permissions.Children.Select(pair => $"{pair.Key}: {pair.Value}")));
        foreach ((YamlNode key, YamlNode job) in ((YamlMappingNode)workflow.Children["jobs"]).Children)
        {
            string[] writes = [.. Find(job, "permissions").OfType<YamlMappingNode>().SelectMany(node => node.Children).Where(pair => $"{pair.Value}" != "read").Select(pair => $"{pair.Key}: {pair.Value}")];
            string[] allowed = (name, $"{key}") switch
            {
                ("release.yml", "page") => ["contents: write"],
                ("codeql.yml", "analyze") => ["security-events: write"],
                _ => [],
            };
            Assert.Equal(allowed, writes);
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_job_has_a_time_limit_and_keeps_no_credentials(string name)
    {
        foreach (YamlMappingNode job in ((YamlMappingNode)Read("workflows", name).Children["jobs"]).Children.Values.Cast<YamlMappingNode>())
        {
            Assert.True(job.Children.ContainsKey("uses") || job.Children.ContainsKey("timeout-minutes"));
        }

        string text = File.ReadAllText(Path.Combine(Folder, "workflows", name));
        Assert.Equal(Count(text, "uses: actions/checkout@"), Count(text, "persist-credentials: false"));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_command_takes_nothing_of_an_event_into_its_text(string name) =>
        Assert.All(Find(Read("workflows", name), "run"), node => Assert.DoesNotContain("${{", $"{node}", StringComparison.Ordinal));

    [Fact]
    public void The_packages_are_tested_on_three_systems_with_three_versions_of_PowerShell_and_published_as_they_are()
    {
        YamlMappingNode jobs = (YamlMappingNode)Read("workflows", "test.yml").Children["jobs"];
        YamlMappingNode matrix = (YamlMappingNode)Assert.Single(Find(jobs.Children["module"], "matrix"));
        Assert.Equal(["ubuntu-latest", "windows-latest", "macos-latest"], Values(matrix, "system"));
        Assert.Equal(["7.4", "7.5", "7.6"], Values(matrix, "powershell"));
        Assert.Single(Find(jobs, "run"), node => $"{node}" == "dotnet build tools/Loky.Packages");

        YamlMappingNode release = (YamlMappingNode)Read("workflows", "release.yml").Children["jobs"];
        Assert.Equal("./.github/workflows/test.yml", $"{((YamlMappingNode)release.Children["test"]).Children["uses"]}");
        Assert.DoesNotContain(Find(release, "run"), node => $"{node}".Contains("dotnet build", StringComparison.Ordinal));
        Assert.Contains(Find(release.Children["publish"], "run"), node => $"{node}".StartsWith("sha256sum --check", StringComparison.Ordinal));
    }

    [Fact]
    public void Dependabot_keeps_packages_and_actions_up_to_date()
    {
        YamlSequenceNode updates = (YamlSequenceNode)Read("dependabot.yml").Children["updates"];
        Assert.Equal(["nuget", "github-actions"], updates.Cast<YamlMappingNode>().Select(update => $"{update.Children["package-ecosystem"]}"));
    }

    private static YamlMappingNode Read(params string[] path)
    {
        YamlStream yaml = [];
        using StreamReader reader = File.OpenText(Path.Combine([Folder, .. path]));
        yaml.Load(reader);
        return (YamlMappingNode)Assert.Single(yaml.Documents).RootNode;
    }

    /// <summary>The values of all keys of that name, however deep.</summary>
    private static IEnumerable<YamlNode> Find(YamlNode node, string key) => node.AllNodes
        .OfType<YamlMappingNode>()
        .SelectMany(map => map.Children)
        .Where(pair => pair.Key is YamlScalarNode { Value: string name } && name == key)
        .Select(pair => pair.Value);

    private static IEnumerable<string> Values(YamlMappingNode node, string key) => ((YamlSequenceNode)node.Children[key]).Select(value => $"{value}");

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex(@"^[\w-]+/[\w./-]+@[0-9a-f]{40}$")]
    private static partial Regex PinnedAction();

    [GeneratedRegex(@"uses: (?<repository>[\w-]+/[\w-]+)[\w/-]*@(?<hash>\S+)")]
    private static partial Regex HashedAction();
}
