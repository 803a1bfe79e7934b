using System.Text.Json.Serialization;

namespace Loky.Pester.Bridge;

/// <summary>A failure outside the tests: in the discovery of the file, or in the set-up or tear-down of a block.</summary>
public sealed record PesterBlockFailure
{
    /// <summary>The lines of the tests that depend on it; empty means all of the file.</summary>
    [JsonPropertyName("lines")]
    public IReadOnlyList<int> Lines { get; init; } = [];

    /// <summary>Where and what.</summary>
    [JsonPropertyName("message")]
    public string Message { get; init; } = "";
}
