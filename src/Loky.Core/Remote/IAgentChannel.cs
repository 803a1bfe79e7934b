namespace Loky.Remote;

/// <summary>The streams of a running node agent, behind the bootstrap; disposing of it ends the command behind them.</summary>
internal interface IAgentChannel : IAsyncDisposable
{
    Stream ToAgent { get; }

    Stream FromAgent { get; }

    /// <summary>Gets what the bootstrap has told of the host; null where there was none: the node agent tells the same.</summary>
    HostFacts? Facts { get; }

    /// <summary>Gets the last lines that the command has written to its standard error so far.</summary>
    string StandardError { get; }

    /// <summary>Gets a task that ends, without failing, with the command; its result says how ("exit code 255").</summary>
    Task<string> Ended { get; }

    /// <summary>Ends the command by force, without blocking.</summary>
    void Abort();
}
