using Loky.Channel;
using Loky.Wire;

namespace Loky.Remote;

/// <summary>A stream that passes on what workers write to a standard stream. What the link does not take in time is dropped. Thread-safe.</summary>
internal sealed class AgentOutput(AgentLink link, int stream) : Stream
{
    private const int MaxWaiting = 1024 * 1024;

    private int _waiting;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int count = buffer.Length;
        if (count == 0 || Interlocked.Add(ref _waiting, count) > MaxWaiting)
        {
            _ = Interlocked.Add(ref _waiting, -count);
            return;
        }

        var text = new PooledBuffer(count);
        buffer.CopyTo(text.GetSpan(count));
        text.Advance(count);
        link.Queue.Add(stream, new OutgoingFrame(text, releaseBody: () => Interlocked.Add(ref _waiting, -count)));
        link.Pump();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
