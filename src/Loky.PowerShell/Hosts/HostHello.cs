namespace Loky.PowerShell.Hosts;

/// <summary>What a host tells of itself before anything else, in the names of the bootstrap's message.</summary>
internal sealed record HostHello
{
    public required string PowerShell { get; init; }

    public required string DotNet { get; init; }

    /// <summary>Gets the kind of operating system: linux, osx or win.</summary>
    public required string Platform { get; init; }

    /// <summary>Gets the operating system as it describes itself.</summary>
    public required string System { get; init; }

    /// <summary>Gets the architecture: x64, arm64.</summary>
    public required string Architecture { get; init; }

    public required string Program { get; init; }

    public required string Machine { get; init; }

    public required int Process { get; init; }

    /// <summary>Gets how many processors it may use.</summary>
    public required int Processors { get; init; }

    /// <summary>Gets when its time is over, in seconds since 1970; empty where it has no end.</summary>
    public string EndsAt { get; init; } = string.Empty;
}
