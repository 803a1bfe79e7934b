namespace Loky.Remote;

/// <summary>Brings a node agent up at the far end of a command, over the command's standard streams. Thread-safe.</summary>
internal interface IHostBootstrap
{
    /// <summary>Brings it up, and reads not one byte beyond what comes before the agent's own first.</summary>
    /// <exception cref="HostPreparationException">The host answers, but cannot run workers.</exception>
    /// <exception cref="IOException">The command has ended.</exception>
    Task<HostFacts> RunAsync(Stream toHost, Stream fromHost, Action answered);

    /// <summary>Gives the way out, as a sentence, where the command ended before the host answered; null for none.</summary>
    string? AdviceFor(string ending, string standardError);
}
