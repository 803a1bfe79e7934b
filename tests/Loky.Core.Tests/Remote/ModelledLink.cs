using System.Buffers.Binary;
using Loky.Channel;
using Loky.Remote;
using Loky.Wire;

namespace Loky.Tests.Remote;

/// <summary>The queue of a parent and the store of an agent with no processes between: what each worker gets, and what crosses the link.</summary>
internal sealed class ModelledLink
{
    private readonly AgentStore _store;
    private readonly Dictionary<int, List<byte>> _workers = [];
    private readonly Queue<(int Stream, OutgoingFrame Frame)> _given = new();

    public ModelledLink(int capacity = HostValues.Capacity)
    {
        Queue = new SendQueue(new HostValues(capacity));
        _store = new AgentStore(credit => Queue.Grant(AgentMessage.SharedValues, credit), capacity);
    }

    public SendQueue Queue { get; }

    /// <summary>Gets the bytes that have crossed so far.</summary>
    public long Crossed { get; private set; }

    /// <summary>Gets how many values were given to workers by their keys.</summary>
    public int Given { get; private set; }

    /// <summary>Gets the lengths of data by their streams, in the order in which they crossed.</summary>
    public List<(int Stream, int Length)> Pieces { get; } = [];

    /// <summary>Gets how many of them these have not taken.</summary>
    public int Untaken => _given.Count;

    public SendStream Open(int worker)
    {
        _workers.Add(worker, []);
        return Queue.Open(worker);
    }

    /// <summary>Gets all bytes that a worker got, which are frames.</summary>
    public byte[] BytesOf(int worker) => [.. _workers[worker]];

    /// <summary>Sends as much as the other side may have; it takes all, and gives credit for it, but workers take values only by <see cref="Take"/>.</summary>
    public void Drain()
    {
        while (Step())
        {
        }
    }

    /// <summary>Does so with one buffer; returns false when nothing was left to send.</summary>
    public bool Step()
    {
        using var buffer = new PooledBuffer();
        if (!Queue.Fill(buffer))
        {
            return false;
        }

        Crossed += buffer.Length;
        for (int at = 0; at < buffer.Length;)
        {
            ReadOnlyMemory<byte> header = buffer.WrittenMemory[at..];
            int length = BinaryPrimitives.ReadInt32LittleEndian(header.Span);
            int stream = BinaryPrimitives.ReadInt32LittleEndian(header.Span[5..]);
            Receive(new AgentMessage((AgentMessageType)header.Span[4], stream, header.Slice(AgentMessage.HeaderSize, length)));
            at += AgentMessage.HeaderSize + length;
        }

        return true;
    }

    /// <summary>Has workers take the values that they were given, the first so many.</summary>
    public void Take(int count = int.MaxValue)
    {
        for (; count > 0 && _given.TryDequeue(out (int Stream, OutgoingFrame Frame) given); count--)
        {
            given.Frame.Release();
        }
    }

    private void Receive(AgentMessage message)
    {
        switch (message.Type)
        {
            case AgentMessageType.Data when message.Stream == AgentMessage.SharedValues:
                _store.Receive(message.Payload.Span);
                Pieces.Add((message.Stream, message.Payload.Length));
                break;
            case AgentMessageType.Data:
                _workers[message.Stream].AddRange(message.Payload.Span);
                Pieces.Add((message.Stream, message.Payload.Length));
                Queue.Grant(message.Stream, message.Payload.Length);
                break;
            case AgentMessageType.Keep:
                int stream = message.Stream;
                HeldFrame held = _store.Use(message.Payload);
                OutgoingFrame frame = held.ToFrame(() => Queue.NoteTaken(stream));
                _workers[stream].AddRange(frame.Head.Span);
                _workers[stream].AddRange(frame.Body.Span);
                _given.Enqueue((stream, frame));
                Given++;
                break;
            default:
                throw new ProtocolException($"{message.Type}");
        }
    }
}
