using System.Net.Sockets;

namespace Loky.Channel;

/// <summary>
/// What carries the bytes of frames both ways between a worker and its parent: a socket, or a named pipe on Windows. One
/// thread may receive while another sends.
/// </summary>
internal abstract class FrameTransport : IDisposable
{
    /// <summary>How much may be on its way, as far as the system allows it: each time it is full, both ends have to be woken.</summary>
    public const int BufferSize = 1 << 20;

    /// <summary>Gets a value indicating whether something can be received at once, or nothing ever will; also where that cannot be told.</summary>
    public abstract bool HasNews { get; }

    /// <summary>Tells whether an exception means that the other side is gone, or this one was closed: how every connection ends.</summary>
    public static bool IsLoss(Exception? exception) => exception is SocketException or IOException or ObjectDisposedException;

    /// <summary>Receives some bytes; 0 at the end.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> target, CancellationToken cancellationToken = default);

    /// <summary>Receives some bytes, and waits for them; 0 at the end.</summary>
    public abstract int Receive(Memory<byte> target);

    /// <summary>Sends some bytes and tells how many.</summary>
    public abstract ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Sends all bytes, and waits until they are on their way.</summary>
    public abstract void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Ends the connection for both sides; who receives here sees its end.</summary>
    public abstract void Shutdown();

    /// <inheritdoc/>
    public abstract void Dispose();
}
