using System.Net.Sockets;

namespace Loky.Channel;

/// <summary>Carries frames between a worker and its parent by socket or pipe; one thread may receive, another send.</summary>
internal abstract class FrameTransport : IDisposable
{
    /// <summary>How many bytes may be on their way where the system allows; when it is full, both ends have to wake.</summary>
    public const int BufferSize = 1 << 20;

    /// <summary>Gets a value indicating whether a receive returns at once; true also where that cannot be told.</summary>
    public abstract bool HasNews { get; }

    /// <summary>Gets a value indicating whether a thread can <see cref="Wait"/>.</summary>
    public virtual bool CanWait => false;

    /// <summary>Tells whether an exception means that either side was closed: how every connection ends.</summary>
    public static bool IsLoss(Exception? exception) => exception is SocketException or IOException or ObjectDisposedException;

    /// <summary>Receives some bytes; 0 at the end.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> target, CancellationToken cancellationToken = default);

    /// <summary>Waits until a receive returns at once, as something has come or the connection has ended.</summary>
    /// <exception cref="NotSupportedException">See <see cref="CanWait"/>.</exception>
    public virtual void Wait() => throw new NotSupportedException();

    /// <summary>Receives some bytes, and waits for them; 0 at the end.</summary>
    public abstract int Receive(Memory<byte> target);

    /// <summary>Sends some bytes and tells how many.</summary>
    public abstract ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Sends all bytes, and waits until they are on their way.</summary>
    public abstract void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Ends the connection for both sides; who receives here sees its end.</summary>
    public abstract void Shutdown();

    public abstract void Dispose();
}
