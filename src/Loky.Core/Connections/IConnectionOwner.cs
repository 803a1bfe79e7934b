using Loky.Channel;

namespace Loky.Connections;

/// <summary>Who hears what becomes of a connection, on background threads; one call at a time but for <see cref="OnStarted"/>.</summary>
internal interface IConnectionOwner
{
    /// <summary>The worker has a process.</summary>
    void OnStarted();

    /// <summary>The worker can be reached, has been told what it needs, and prepares itself.</summary>
    void OnConnected();

    /// <summary>A frame has come. It is the owner's from here on.</summary>
    /// <exception cref="ProtocolException">The worker broke the protocol; the connection ends.</exception>
    void OnFrame(Frame frame);

    /// <summary>No frame will come any more.</summary>
    /// <param name="error">What broke the connection; null where the worker ended it.</param>
    void OnClosed(Exception? error);

    /// <summary>The worker is gone. Called once for each connection that was started, last.</summary>
    void OnEnded(ConnectionEnd end);
}
