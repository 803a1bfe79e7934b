namespace Loky.PowerShell;

/// <summary>What <c>Test-LokyHost</c> has found out of a host, or of one node of it.</summary>
public sealed class LokyHostTest
{
    /// <summary>Gets the host.</summary>
    public required string HostName { get; init; }

    /// <summary>Gets a value indicating whether workers can run there.</summary>
    public bool Success { get; init; }

    /// <summary>Gets the machine's own name for itself.</summary>
    public string? MachineName { get; init; }

    /// <summary>Gets the version of its PowerShell.</summary>
    public string? PowerShell { get; init; }

    /// <summary>Gets the version of its .NET.</summary>
    public string? DotNet { get; init; }

    /// <summary>Gets its operating system and architecture.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>Gets how many processors it may use.</summary>
    public int? ProcessorCount { get; init; }

    /// <summary>Gets how many workers there would be.</summary>
    public int? Workers { get; init; }

    /// <summary>Gets where the module lies, or would be copied to.</summary>
    public string? ModulePath { get; init; }

    /// <summary>Gets how many bytes of the module would be copied; 0 where it is there already.</summary>
    public long? BytesToCopy { get; init; }

    /// <summary>Gets how long it took to find out.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Gets the program and its arguments; empty for this machine.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Gets why no workers can run there; null where they can.</summary>
    public string? Error { get; init; }
}
