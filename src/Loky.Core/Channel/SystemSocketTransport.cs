using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Loky.Channel;

/// <summary>
/// The worker's end of a Unix domain socket, by the calls of Linux: .NET's sockets begin a thread of their own and compile much
/// that a worker, which only ever waits, has no use for. An idle worker takes 0.7 MB less.
/// </summary>
internal sealed unsafe partial class SystemSocketTransport : FrameTransport
{
    private const int Unix = 1;
    private const int Stream = 1;
    private const int CloseOnExec = 0x80000;
    private const int SocketLevel = 1;
    private const int SendBuffer = 7;
    private const int NoSignal = 0x4000;
    private const int Both = 2;
    private const int Interrupted = 4;
    private const int NameTooLong = 36;
    private const short Readable = 1;

    // The family in front, a terminating zero behind.
    private const int MostPathBytes = 107;

    private readonly SafeFileHandle _socket;

    private SystemSocketTransport(SafeFileHandle socket) => _socket = socket;

    public override bool HasNews
    {
        get
        {
            bool isHeld = false;
            try
            {
                _socket.DangerousAddRef(ref isHeld);
                var poll = new PollEntry { Descriptor = (int)_socket.DangerousGetHandle(), Events = Readable };
                return Poll(ref poll, 1, 0) > 0;
            }
            finally
            {
                if (isHeld)
                {
                    _socket.DangerousRelease();
                }
            }
        }
    }

    /// <summary>Connects to the socket of this path.</summary>
    /// <exception cref="IOException">Nobody listens there, or the path is too long for a socket.</exception>
    public static SystemSocketTransport Connect(string path)
    {
        Span<byte> address = stackalloc byte[2 + MostPathBytes + 1];
        address.Clear();
        MemoryMarshal.Write(address, (ushort)Unix);
        if (Encoding.UTF8.GetByteCount(path) > MostPathBytes)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(NameTooLong));
        }

        Encoding.UTF8.GetBytes(path, address[2..]);
        var socket = new SafeFileHandle(Check(NewSocket(Unix, Stream | CloseOnExec, 0)), ownsHandle: true);
        try
        {
            int size = BufferSize;
            _ = SetOption(socket, SocketLevel, SendBuffer, ref size, sizeof(int));
            fixed (byte* start = address)
            {
                int connected;
                do
                {
                    connected = Connect(socket, start, address.Length);
                }
                while (connected < 0 && Marshal.GetLastPInvokeError() == Interrupted);

                _ = Check(connected);
            }

            return new SystemSocketTransport(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits, as all here: a worker has a thread for each thing that it waits for.</summary>
    public override ValueTask<int> ReceiveAsync(Memory<byte> target, CancellationToken cancellationToken = default) => new(Receive(target));

    public override int Receive(Memory<byte> target)
    {
        fixed (byte* start = target.Span)
        {
            nint received;
            do
            {
                received = Receive(_socket, start, (nuint)target.Length, 0);
            }
            while (received < 0 && Marshal.GetLastPInvokeError() == Interrupted);

            return (int)Check(received);
        }
    }

    /// <inheritdoc cref="ReceiveAsync"/>
    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes) => new(SendSome(bytes.Span));

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[SendSome(bytes)..];
        }
    }

    public override void Shutdown() => Check(Shutdown(_socket, Both));

    public override void Dispose() => _socket.Dispose();

    private int SendSome(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint sent;
            do
            {
                sent = Send(_socket, start, (nuint)bytes.Length, NoSignal);
            }
            while (sent < 0 && Marshal.GetLastPInvokeError() == Interrupted);

            return (int)Check(sent);
        }
    }

    private static nint Check(nint result) =>
        result >= 0 ? result : throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int NewSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(SafeFileHandle socket, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    private static partial int SetOption(SafeFileHandle socket, int level, int option, ref int value, int length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeFileHandle socket, byte* target, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeFileHandle socket, byte* source, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(SafeFileHandle socket, int how);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
