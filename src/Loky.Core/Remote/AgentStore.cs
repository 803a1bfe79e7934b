using Loky.Channel;
using Loky.Execution;

namespace Loky.Remote;

/// <summary>
/// The shared values that a node agent holds for its workers, as its parent says by frames of a stream of their own. Called on the
/// thread that receives. What was taken is credit to be given, in parts that are large enough.
/// </summary>
internal sealed class AgentStore(Action<int> giveCredit, int capacity = HostValues.Capacity)
{
    private const int CreditAtLeast = AgentMessage.Window / 4;

    private readonly FrameReader _reader = new() { MaxPayload = capacity };
    private readonly Dictionary<string, HeldFrame> _frames = [];
    private long _size;
    private int _untoldCredit;

    /// <summary>Takes bytes of the stream.</summary>
    /// <exception cref="ProtocolException">They are no frames, name what is not here, or are more than is held.</exception>
    /// <exception cref="WireFormatException">A frame is malformed.</exception>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        _untoldCredit += bytes.Length;
        while (!bytes.IsEmpty)
        {
            Span<byte> target = _reader.GetMemory().Span;
            int count = Math.Min(target.Length, bytes.Length);
            bytes[..count].CopyTo(target);
            _reader.Advance(count);
            bytes = bytes[count..];
            while (_reader.TryRead(out Frame frame))
            {
                Take(frame);
            }
        }

        if (_untoldCredit >= CreditAtLeast)
        {
            giveCredit(_untoldCredit);
            _untoldCredit = 0;
        }
    }

    /// <summary>Finds the value that a message names; the caller gives it back.</summary>
    /// <exception cref="ProtocolException">It is not here.</exception>
    /// <exception cref="WireFormatException">The message is malformed.</exception>
    public HeldFrame Use(ReadOnlyMemory<byte> message)
    {
        var reader = new WireReader(message);
        string key = reader.ReadRequiredString();
        reader.EnsureEnd();
        HeldFrame frame = _frames.TryGetValue(key, out HeldFrame? held) ? held : throw NotHeld(key);
        frame.Use();
        return frame;
    }

    private void Take(Frame frame)
    {
        bool keep = false;
        try
        {
            var reader = new WireReader(frame.Payload);
            string key = reader.ReadRequiredString();
            int size = Frame.HeaderSize + frame.Length;
            switch (frame.Type)
            {
                case FrameType.Keep:
                    int block = reader.ReadInt32();
                    ReadOnlySpan<byte> bytes = reader.ReadBinary();
                    reader.EnsureEnd();
                    if (size > capacity - _size)
                    {
                        throw new ProtocolException(MessageText.Format(Messages.AgentStoreFull, _size + size, capacity));
                    }

                    if (_frames.ContainsKey(key))
                    {
                        throw new ProtocolException(MessageText.Format(Messages.AgentValueTwice, key));
                    }

                    SharedMemory? shared = SharedMemories.Get(key, bytes, block);
                    var held = new HeldFrame(frame, shared is null ? null : new SharedValue(key, shared.Memory, block));
                    _frames.Add(key, held);
                    (_size, keep) = (_size + size, held.HasFrame);
                    break;
                case FrameType.Drop:
                    reader.EnsureEnd();
                    HeldFrame dropped = _frames.Remove(key, out HeldFrame? known) ? known : throw NotHeld(key);
                    _size -= dropped.Size;
                    dropped.Release();
                    break;
                default:
                    throw new ProtocolException(MessageText.Format(Messages.FrameUnexpectedType, frame.Type, FrameType.Keep));
            }
        }
        finally
        {
            if (!keep)
            {
                frame.Dispose();
            }
        }
    }

    private static ProtocolException NotHeld(string key) => new(MessageText.Format(Messages.AgentUnknownValue, key));
}
