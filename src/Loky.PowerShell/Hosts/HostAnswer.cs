namespace Loky.PowerShell.Hosts;

/// <summary>A later message of the bootstrap; what it does not tell is null.</summary>
internal sealed record HostAnswer
{
    /// <summary>Gets the folder in which the module lies already.</summary>
    public string? Found { get; init; }

    /// <summary>Gets the folders where it may lie, the best first.</summary>
    public string[]? Caches { get; init; }

    /// <summary>Gets the folder that the module was loaded from.</summary>
    public string? Module { get; init; }

    /// <summary>Gets why it cannot be loaded.</summary>
    public string? Failed { get; init; }
}
