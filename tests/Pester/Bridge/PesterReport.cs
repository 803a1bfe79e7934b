using System.Text.Json.Serialization;

namespace Loky.Pester.Bridge;

/// <summary>What <c>Invoke-PesterFile.ps1</c> writes about one file.</summary>
public sealed record PesterReport
{
    /// <summary>The outcomes of all tests, expansions apart.</summary>
    [JsonPropertyName("tests")]
    public IReadOnlyList<PesterOutcome> Tests { get; init; } = [];

    /// <summary>The failures outside the tests.</summary>
    [JsonPropertyName("failures")]
    public IReadOnlyList<PesterBlockFailure> Failures { get; init; } = [];

    /// <summary>Adds a failure for tests that ran but are in no list, for nobody would ever hear of their outcome.</summary>
    public PesterReport WithUnlistedTests(IEnumerable<PesterIt> listed)
    {
        HashSet<int> lines = listed.Select(it => it.Line).ToHashSet();
        List<string> unlisted = Tests.Where(test => !lines.Contains(test.Line)).Select(test => $"line {test.Line}: {test.Name}").ToList();
        return unlisted.Count == 0
            ? this
            : this with
            {
                Failures =
                [
                    .. Failures,
                    new PesterBlockFailure
                    {
                        Message = "These tests cannot be listed. Start a line with It '<name>' for each:\n" + string.Join('\n', unlisted),
                    },
                ],
            };
    }
}
