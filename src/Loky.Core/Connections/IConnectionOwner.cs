using Loky.Channel;

namespace Loky.Connections;

/// <summary>Hears what becomes of a connection, on background threads, in turn but for <see cref="OnStarted"/>.</summary>
internal interface IConnectionOwner
{
    void OnStarted();

    /// <summary>The worker can be reached, has been told what it needs, and prepares itself.</summary>
    /// <param name="capabilities">What it can do, as it has said itself.</param>
    void OnConnected(Capabilities capabilities);

    /// <summary>A frame has come, which is the owner's from here on.</summary>
    /// <exception cref="ProtocolException">The worker broke the protocol; the connection ends.</exception>
    void OnFrame(Frame frame);

    /// <summary>No frame will come any more; <paramref name="error"/> is null where the worker ended the connection.</summary>
    void OnClosed(Exception? error);

    /// <summary>The worker is gone: called once, and last, for each connection that was started.</summary>
    void OnEnded(ConnectionEnd end);
}
