using System.Net.Sockets;

namespace Loky.Channel;

/// <summary>A connected Unix domain socket.</summary>
internal sealed class SocketTransport : FrameTransport
{
    private readonly Socket _socket;

    /// <summary>Creates the transport of a connected socket, which it owns.</summary>
    public SocketTransport(Socket socket)
    {
        _socket = socket;
        _socket.SendBufferSize = BufferSize;
    }

    public override bool HasNews => _socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Gets a value indicating whether the end of the connection ends a <see cref="Wait"/>, as Unix has it.</summary>
    public override bool CanWait => !OperatingSystem.IsWindows();

    /// <summary>Waits in the system, where a receive would in a queue of .NET's, for this socket also sends without waiting.</summary>
    public override void Wait() => _ = _socket.Poll(-1, SelectMode.SelectRead);

    public override ValueTask<int> ReceiveAsync(Memory<byte> target, CancellationToken cancellationToken = default) =>
        _socket.ReceiveAsync(target, SocketFlags.None, cancellationToken);

    public override int Receive(Memory<byte> target) => _socket.Receive(target.Span, SocketFlags.None);

    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes) => _socket.SendAsync(bytes, SocketFlags.None);

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes, SocketFlags.None)..];
        }
    }

    public override void Shutdown() => _socket.Shutdown(SocketShutdown.Both);

    public override void Dispose() => _socket.Dispose();
}
