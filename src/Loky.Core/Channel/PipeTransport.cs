using System.IO.Pipes;

namespace Loky.Channel;

/// <summary>A connected named pipe, which it owns, opened for overlapped reading and writing.</summary>
internal sealed class PipeTransport(PipeStream pipe) : FrameTransport
{
    /// <summary>A pipe does not tell without a call that may wait.</summary>
    public override bool HasNews => true;

    public override async ValueTask<int> ReceiveAsync(Memory<byte> target, CancellationToken cancellationToken = default)
    {
        try
        {
            return await pipe.ReadAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // What the system makes of a read when its handle is closed.
            throw new IOException(exception.Message, exception);
        }
    }

    public override int Receive(Memory<byte> target) => pipe.Read(target.Span);

    public override async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await pipe.WriteAsync(bytes).ConfigureAwait(false);
            return bytes.Length;
        }
        catch (OperationCanceledException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    public override void Send(ReadOnlySpan<byte> bytes) => pipe.Write(bytes);

    /// <summary>A pipe has no half that could be closed by itself.</summary>
    public override void Shutdown() => pipe.Dispose();

    public override void Dispose() => pipe.Dispose();
}
