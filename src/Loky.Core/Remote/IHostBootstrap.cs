namespace Loky.Remote;

/// <summary>What brings a node agent up at the far end of a command, over the command's standard streams. Thread-safe.</summary>
internal interface IHostBootstrap
{
    /// <summary>Brings it up. Reads not one byte beyond what comes before the agent's own first.</summary>
    /// <param name="toHost">What the host reads.</param>
    /// <param name="fromHost">What the host writes.</param>
    /// <param name="answered">Is called when the host has answered.</param>
    /// <returns>What the host has told of itself.</returns>
    /// <exception cref="HostPreparationException">The host answers, but cannot run workers.</exception>
    /// <exception cref="IOException">The command has ended.</exception>
    Task<HostFacts> RunAsync(Stream toHost, Stream fromHost, Action answered);

    /// <summary>Gives the way out where the command has ended before the host answered, as a sentence; null where none is known.</summary>
    /// <param name="ending">How the command ended.</param>
    /// <param name="standardError">What it has written to its standard error.</param>
    string? AdviceFor(string ending, string standardError);
}
