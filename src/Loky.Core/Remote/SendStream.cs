using Loky.Channel;
using Loky.Diagnosis;

namespace Loky.Remote;

/// <summary>
/// What waits of one stream: frames, cut as they come, and messages not to pass them. With <paramref name="hasValues"/> a shared
/// value need not be sent in it, if the other side holds it: then its place in the stream is kept. Guarded by the queue.
/// </summary>
internal sealed class SendStream(int id, bool hasValues = false)
{
    private readonly Queue<(OutgoingFrame? Frame, byte[]? Message)> _queue = new();
    private readonly Queue<HostValue> _given = new();
    private HostValue? _awaited;
    private bool _isFirstDecided;
    private long _sentOfFirst;
    private long _framesSent;

    public int Id => id;

    /// <summary>Gets or sets how many bytes of data may be sent.</summary>
    public int Credit { get; set; } = AgentMessage.Window;

    /// <summary>Gets or sets a value indicating whether it is in the round of those that have something to send.</summary>
    public bool IsInRound { get; set; }

    /// <summary>Gets or sets a value indicating whether it closes when nothing of it waits.</summary>
    public bool IsEnding { get; set; }

    public bool IsEmpty => _queue.Count == 0 && _awaited is null;

    /// <summary>Gets how many frames were sent to their last byte; at any time, also when it is closed.</summary>
    public long FramesSent => Volatile.Read(ref _framesSent);

    public bool CanSend => _awaited is { } value
        ? value.IsThere
        : _queue.TryPeek(out var first) && (first.Message is not null || Credit > 0 || UndecidedKey is not null);

    /// <summary>Gets the key of the shared value that comes next, of which it is open whether it is sent in this stream; null for anything else.</summary>
    public string? UndecidedKey => hasValues && !_isFirstDecided && _awaited is null && _queue.TryPeek(out var first) ? first.Frame?.Key : null;

    /// <summary>Gets how much room the next message takes at most.</summary>
    public int NextLength => _awaited is null && _queue.TryPeek(out var first) && first.Message is { } message ? message.Length : AgentMessage.HeaderSize + AgentMessage.MaxData;

    public void Add(OutgoingFrame frame) => _queue.Enqueue((frame, null));

    public void Add(byte[] message) => _queue.Enqueue((null, message));

    /// <summary>Gets how many bytes the frame has that comes next.</summary>
    public long NextFrameLength => (long)_queue.Peek().Frame!.Head.Length + _queue.Peek().Frame!.Body.Length;

    /// <summary>Decides that the value that comes next is sent in this stream as any other frame.</summary>
    public void SendValue() => _isFirstDecided = true;

    /// <summary>Decides that the value that comes next is one that the other side gets by another stream; returns its frame.</summary>
    public OutgoingFrame AwaitValue(HostValue value)
    {
        _awaited = value;
        value.Users++;
        if (!value.IsThere)
        {
            value.Waiting.Add(this);
        }

        return _queue.Dequeue().Frame!;
    }

    /// <summary>Notes that the first value that was given by its key was taken; false where there is none.</summary>
    public bool NoteTaken()
    {
        if (!_given.TryDequeue(out HostValue? value))
        {
            return false;
        }

        value.Users--;
        return true;
    }

    /// <summary>Takes what is next to be sent, and a finished frame, which the caller releases; returns the length.</summary>
    public int Take(Span<byte> target, out OutgoingFrame? done)
    {
        done = null;
        if (_awaited is { } value)
        {
            _awaited = null;
            _given.Enqueue(value);
            Volatile.Write(ref _framesSent, _framesSent + 1);
            byte[] keep = AgentMessageWriter.Make(AgentMessageType.Keep, id, buffer => new WireWriter(buffer).Write(value.Key));
            keep.CopyTo(target);
            return keep.Length;
        }

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
            (_sentOfFirst, _isFirstDecided, done) = (0, false, frame);
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
        (_sentOfFirst, _isFirstDecided) = (0, false);
        if (_awaited is { } value)
        {
            value.Users--;
            _ = value.Waiting.Remove(this);
            _awaited = null;
        }

        while (NoteTaken())
        {
        }

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
