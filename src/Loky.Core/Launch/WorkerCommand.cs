using Loky.Channel;

namespace Loky.Launch;

/// <summary>How a worker process is started.</summary>
internal sealed record WorkerCommand
{
    public required string FileName { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Gets variables that its environment has beyond the parent's; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Gets the full path of the assembly whose runner runs scriptblocks, or null.</summary>
    public string? RunnerAssembly { get; init; }

    /// <summary>Gets what a worker that is started so can do beyond running delegates.</summary>
    public Capabilities Capabilities => RunnerAssembly is null ? Capabilities.None : Capabilities.Scripts;

    public ReadOnlyMemory<byte> RunnerSettings { get; init; }

    /// <summary>Gets a value indicating whether its runtime compiles little twice, and without profiles, unless the user has decided.</summary>
    public bool CompilesLess { get; init; }

    /// <summary>Gets what the start-up hooks variable is to hold in the worker's children.</summary>
    public string? UserStartupHooks { get; init; }
}
