namespace Loky;

/// <summary>A host cannot be reached, or cannot run workers. The message names the host, the command and what it wrote.</summary>
public sealed class HostConnectionException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="HostConnectionException"/> class.</summary>
    /// <param name="hostName">The host.</param>
    /// <param name="message">What failed, with the way out.</param>
    /// <param name="innerException">What it came from, if anything.</param>
    public HostConnectionException(string hostName, string message, Exception? innerException = null)
        : base(message, innerException) => HostName = hostName;

    /// <summary>Gets the host.</summary>
    public string HostName { get; }

    /// <summary>Gets a value indicating whether somebody ended the connection: the next may hold.</summary>
    internal bool WasKilled { get; init; }

    /// <summary>Gets a value indicating whether the host has no time left to run anything.</summary>
    internal bool IsTimeOver { get; init; }
}
