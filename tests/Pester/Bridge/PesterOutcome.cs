using System.Text.Json.Serialization;

namespace Loky.Pester.Bridge;

/// <summary>How one run of a test ended: a data-driven test has one outcome for each expansion.</summary>
public sealed record PesterOutcome
{
    /// <summary>The line of the <c>It</c>.</summary>
    [JsonPropertyName("line")]
    public int Line { get; init; }

    /// <summary>The name after expansion.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    /// <summary>Pester's word for it: Passed, Failed, Skipped, NotRun, Inconclusive.</summary>
    [JsonPropertyName("result")]
    public string Result { get; init; } = "";

    /// <summary>How long it took.</summary>
    [JsonPropertyName("seconds")]
    public double Seconds { get; init; }

    /// <summary>The error, or the reason of a skip.</summary>
    [JsonPropertyName("message")]
    public string Message { get; init; } = "";
}
