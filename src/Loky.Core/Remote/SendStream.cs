using Loky.Channel;
using Loky.Diagnosis;

namespace Loky.Remote;

/// <summary>What waits of one stream: frames, cut as they come, and messages not to pass them. Guarded by the queue.</summary>
internal sealed class SendStream(int id)
{
    private readonly Queue<(OutgoingFrame? Frame, byte[]? Message)> _queue = new();
    private long _sentOfFirst;
    private long _framesSent;

    public int Id => id;

    /// <summary>Gets or sets how many bytes of data may be sent.</summary>
    public int Credit { get; set; } = AgentMessage.Window;

    /// <summary>Gets or sets a value indicating whether it is in the round of those that have something to send.</summary>
    public bool IsInRound { get; set; }

    /// <summary>Gets or sets a value indicating whether it closes when nothing of it waits.</summary>
    public bool IsEnding { get; set; }

    public bool IsEmpty => _queue.Count == 0;

    /// <summary>Gets how many frames were sent to their last byte; at any time, also when it is closed.</summary>
    public long FramesSent => Volatile.Read(ref _framesSent);

    public bool CanSend => _queue.TryPeek(out var first) && (first.Message is not null || Credit > 0);

    /// <summary>Gets how much room the next message takes at most.</summary>
    public int NextLength => _queue.TryPeek(out var first) && first.Message is { } message ? message.Length : AgentMessage.HeaderSize + AgentMessage.MaxData;

    public void Add(OutgoingFrame frame) => _queue.Enqueue((frame, null));

    public void Add(byte[] message) => _queue.Enqueue((null, message));

    /// <summary>Takes what is next to be sent, and a finished frame, which the caller releases; returns the length.</summary>
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

    public static void Release(IEnumerable<OutgoingFrame> frames)
    {
        foreach (OutgoingFrame frame in frames)
        {
            Isolated.Call(static frame => frame.Release(), frame);
        }
    }
}
