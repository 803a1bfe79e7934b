using Loky.Channel;
using Loky.Diagnosis;

namespace Loky.Remote;

/// <summary>What waits to be sent of one stream: frames, cut as they come, and messages that must not pass them. Guarded by the queue.</summary>
internal sealed class SendStream(int id)
{
    private readonly Queue<(OutgoingFrame? Frame, byte[]? Message)> _queue = new();
    private long _sentOfFirst;
    private long _framesSent;

    /// <summary>Gets the number of the stream.</summary>
    public int Id => id;

    /// <summary>Gets or sets how many bytes of data may be sent.</summary>
    public int Credit { get; set; } = AgentMessage.Window;

    /// <summary>Gets or sets a value indicating whether it is in the round of those that have something to send.</summary>
    public bool IsInRound { get; set; }

    /// <summary>Gets or sets a value indicating whether it closes when nothing of it waits.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Gets a value indicating whether nothing of it waits.</summary>
    public bool IsEmpty => _queue.Count == 0;

    /// <summary>Gets how many frames were sent to their last byte. Can be asked at any time, also when it is closed.</summary>
    public long FramesSent => Volatile.Read(ref _framesSent);

    /// <summary>Gets a value indicating whether something can be sent now.</summary>
    public bool CanSend => _queue.TryPeek(out var first) && (first.Message is not null || Credit > 0);

    /// <summary>Gets how much room the next message takes at most.</summary>
    public int NextLength => _queue.TryPeek(out var first) && first.Message is { } message ? message.Length : AgentMessage.HeaderSize + AgentMessage.MaxData;

    /// <summary>Queues a frame.</summary>
    public void Add(OutgoingFrame frame) => _queue.Enqueue((frame, null));

    /// <summary>Queues a message.</summary>
    public void Add(byte[] message) => _queue.Enqueue((null, message));

    /// <summary>Takes what is to be sent next: a message, or data up to a length and the credit, as a message.</summary>
    /// <param name="target">Where to write it; has as much room as <see cref="NextLength"/>.</param>
    /// <param name="done">A frame that all was sent of, to be released by the caller.</param>
    /// <returns>How much was written.</returns>
    public int Take(Span<byte> target, out OutgoingFrame? done)
    {
        done = null;
        (OutgoingFrame? frame, byte[]? message) = _queue.Peek();
        if (message is not null)
        {
            _ = _queue.Dequeue();
            message.CopyTo(target);
            return message.Length;
        }

        ReadOnlySpan<byte> head = frame!.Head.Span;
        ReadOnlySpan<byte> body = frame.Body.Span;
        long all = (long)head.Length + body.Length;
        int length = (int)Math.Min(all - _sentOfFirst, Math.Min(Credit, AgentMessage.MaxData));
        AgentMessageWriter.WriteHeader(target, AgentMessageType.Data, id, length);
        Span<byte> data = target.Slice(AgentMessage.HeaderSize, length);
        int ofHead = (int)Math.Clamp(head.Length - _sentOfFirst, 0, length);
        if (ofHead > 0)
        {
            head.Slice((int)_sentOfFirst, ofHead).CopyTo(data);
        }

        body.Slice((int)Math.Max(0, _sentOfFirst - head.Length), length - ofHead).CopyTo(data[ofHead..]);
        _sentOfFirst += length;
        Credit -= length;
        if (_sentOfFirst == all)
        {
            (_sentOfFirst, done) = (0, frame);
            Volatile.Write(ref _framesSent, _framesSent + 1);
            _ = _queue.Dequeue();
        }

        return AgentMessage.HeaderSize + length;
    }

    /// <summary>Takes all frames that wait, for the caller to release.</summary>
    public OutgoingFrame[] Clear()
    {
        OutgoingFrame[] frames = [.. _queue.Select(static waiting => waiting.Frame).OfType<OutgoingFrame>()];
        _queue.Clear();
        _sentOfFirst = 0;
        return frames;
    }

    /// <summary>Releases frames, whatever that does.</summary>
    public static void Release(IEnumerable<OutgoingFrame> frames)
    {
        foreach (OutgoingFrame frame in frames)
        {
            Isolated.Call(static frame => frame.Release(), frame);
        }
    }
}
