using System.Buffers.Binary;
using Loky.Channel;

namespace Loky.Remote;

/// <summary>
/// Which items of a worker elsewhere may have started: those of batches whose last byte has left this process, because a worker
/// begins a batch when it has all of it. Guarded by whoever has it.
/// </summary>
internal sealed class SentBatches
{
    private readonly Queue<(long Frame, long LastSequence)> _waiting = new();
    private long _frames;
    private long _sent;

    /// <summary>Counts a frame that is queued, by its head, whose last frame goes on in the body.</summary>
    public void Note(ReadOnlyMemory<byte> head)
    {
        _frames++;
        for (int at = 0; at + Frame.HeaderSize <= head.Length;)
        {
            ReadOnlySpan<byte> header = head.Span[at..];
            if ((FrameType)header[4] == FrameType.Batch)
            {
                var batch = new WireReader(head[(at + Frame.HeaderSize)..]);
                _ = batch.ReadInt64();
                _ = batch.ReadInt64();
                long first = batch.ReadInt64();
                _waiting.Enqueue((_frames, first + batch.ReadInt64() - 1));
            }

            long next = at + Frame.HeaderSize + (long)BinaryPrimitives.ReadUInt32LittleEndian(header);
            at = (int)Math.Min(next, head.Length);
        }
    }

    /// <summary>Returns the sequence number of the last item that may have started, by frames sent to their last byte.</summary>
    public long LastStarted(long framesSent)
    {
        while (_waiting.TryPeek(out (long Frame, long LastSequence) batch) && batch.Frame <= framesSent)
        {
            _sent = batch.LastSequence;
            _ = _waiting.Dequeue();
        }

        return _sent;
    }
}
