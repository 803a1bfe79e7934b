namespace Loky.Remote;

/// <summary>Reaches a host: runs the command that leads there, and brings a node agent up at its far end. Thread-safe.</summary>
internal interface IAgentConnector
{
    /// <summary>Gets the host's name as errors and tables show it.</summary>
    string HostName { get; }

    /// <summary>Gets the command line that leads there, for errors.</summary>
    string CommandText { get; }

    /// <summary>Gets how many workers are wanted there; null for as many as the host has processors.</summary>
    int? Workers { get; }

    /// <summary>
    /// Gets a value indicating whether each connection gets a time limit of its own, as a place in a queue that is asked for
    /// anew does; if not, a host whose time is over stays so, however often it is tried.
    /// </summary>
    bool RenewsTime { get; }

    /// <summary>Connects once; whoever calls bounds how often and how many at a time.</summary>
    /// <param name="stage">Is called with each stage that is reached, on any thread.</param>
    /// <param name="cancellationToken">Gives it up, and leaves nothing behind.</param>
    /// <exception cref="HostConnectionException">The host cannot be reached, or nothing can be run there.</exception>
    Task<IAgentChannel> ConnectAsync(Action<HostStage> stage, CancellationToken cancellationToken);
}
