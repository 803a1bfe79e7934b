using System.Diagnostics;
using System.Net.Sockets;

namespace Loky.Benchmarks;

/// <summary>The least that two processes need to talk: a Unix socket, one byte there and one back.</summary>
internal sealed class EchoSocket : IDisposable
{
    /// <summary>The argument that makes a process the other end.</summary>
    public const string Argument = "--echo";

    private readonly string _path = Path.Combine(Path.GetTempPath(), "loky-echo-" + Guid.NewGuid().ToString("N"));
    private readonly Socket _socket;
    private readonly Process _process;
    private readonly byte[] _byte = new byte[1];

    /// <summary>Starts the other end and connects to it.</summary>
    public EchoSocket()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_path));
        listener.Listen(1);
        _process = Process.Start("dotnet", [typeof(EchoSocket).Assembly.Location, Argument, _path]);
        _socket = listener.Accept();
    }

    /// <summary>Is the other end: sends back what comes, until the connection ends.</summary>
    public static void Echo(string path)
    {
        byte[] buffer = new byte[1];
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        while (socket.Receive(buffer) > 0)
        {
            socket.Send(buffer);
        }
    }

    /// <summary>Sends one byte and waits for it to come back.</summary>
    public void RoundTrip()
    {
        _socket.Send(_byte);
        _ = _socket.Receive(_byte);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _process.WaitForExit();
        _process.Dispose();
        File.Delete(_path);
    }
}
