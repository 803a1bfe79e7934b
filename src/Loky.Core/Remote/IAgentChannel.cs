namespace Loky.Remote;

/// <summary>
/// The bytes to and from a node agent that runs: what follows the bootstrap, from its first byte on. Disposing of it ends the
/// command that carries them, and all that it started on this machine.
/// </summary>
internal interface IAgentChannel : IAsyncDisposable
{
    /// <summary>Gets what the agent reads.</summary>
    Stream ToAgent { get; }

    /// <summary>Gets what the agent writes.</summary>
    Stream FromAgent { get; }

    /// <summary>Gets what the bootstrap has told of the host; null where there was none: the node agent tells the same.</summary>
    HostFacts? Facts { get; }

    /// <summary>Gets the last lines that the command has written to its standard error so far.</summary>
    string StandardError { get; }

    /// <summary>Gets a task that ends, without failing, when the command has ended; its result says how ("exit code 255").</summary>
    Task<string> Ended { get; }

    /// <summary>Ends the command by force, without blocking.</summary>
    void Abort();
}
