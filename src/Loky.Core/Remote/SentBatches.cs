using System.Buffers.Binary;
using Loky.Channel;
using Loky.Wire;

namespace Loky.Remote;

/// <summary>
/// Which items of a worker elsewhere may have started when nothing more is heard of it: those of batches of which the last
/// byte has left this process, for a worker begins a batch when it has all of it. Guarded by whoever has it.
/// </summary>
internal sealed class SentBatches
{
    private readonly Queue<(long Frame, long LastSequence)> _waiting = new();
    private long _frames;
    private long _sent;

    /// <summary>Notes a frame that is queued.</summary>
    /// <param name="head">Its head: frames, of which the last goes on in the frame's body.</param>
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

    /// <summary>Returns the sequence number of the last item that may have started.</summary>
    /// <param name="framesSent">How many frames were sent to their last byte.</param>
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
