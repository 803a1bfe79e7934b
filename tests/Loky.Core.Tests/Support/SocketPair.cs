using System.Net.Sockets;

namespace Loky.Tests.Support;

/// <summary>Two streams that are the ends of one connection.</summary>
internal sealed class SocketPair : IDisposable
{
    private SocketPair(Stream near, Stream far) => (Near, Far) = (near, far);

    public Stream Near { get; }

    public Stream Far { get; }

    public static SocketPair Open()
    {
        (Socket near, Socket far) = Connect();
        return new SocketPair(new NetworkStream(near, ownsSocket: true), new NetworkStream(far, ownsSocket: true));
    }

    /// <summary>Connects two Unix domain sockets, which the caller owns.</summary>
    public static (Socket Near, Socket Far) Connect()
    {
        string path = Path.Combine(Path.GetTempPath(), $"loky-test-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var near = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        near.Connect(new UnixDomainSocketEndPoint(path));
        Socket far = listener.Accept();
        File.Delete(path);
        return (near, far);
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}
