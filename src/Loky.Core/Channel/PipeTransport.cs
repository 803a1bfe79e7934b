using System.IO.Pipes;

namespace Loky.Channel;

/// <summary>A connected named pipe of bytes, opened for overlapped reading and writing.</summary>
/// <param name="pipe">The pipe; owned.</param>
internal sealed class PipeTransport(PipeStream pipe) : FrameTransport
{
    /// <inheritdoc/>
    /// <remarks>A pipe does not tell without a call that may wait.</remarks>
    public override bool HasNews => true;

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public override int Receive(Memory<byte> target) => pipe.Read(target.Span);

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public override void Send(ReadOnlySpan<byte> bytes) => pipe.Write(bytes);

    /// <inheritdoc/>
    /// <remarks>A pipe has no half that could be closed by itself.</remarks>
    public override void Shutdown() => pipe.Dispose();

    /// <inheritdoc/>
    public override void Dispose() => pipe.Dispose();
}
