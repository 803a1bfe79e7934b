using Loky.Channel;

namespace Loky.Remote;

/// <summary>Passes on what workers write to a stream; what the link does not take in time is dropped. Thread-safe.</summary>
internal sealed class AgentOutput(AgentLink link, int stream) : WriteOnlyStream
{
    private const int MaxWaiting = 1024 * 1024;

    private int _waiting;

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

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

    public override void Flush()
    {
    }
}
