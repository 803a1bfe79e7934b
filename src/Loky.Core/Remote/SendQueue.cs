using System.Buffers;
using Loky.Channel;

namespace Loky.Remote;

/// <summary>
/// What waits to be sent, of all streams: messages first, then data of each stream in turn, as far as its credit goes, so that no
/// stream keeps another waiting for more than a piece. Does no I/O. Thread-safe; calls nobody under its lock.
/// </summary>
/// <remarks>
/// With <paramref name="values"/> the other side is a node agent that holds shared values: their frames go in a stream of their own,
/// and in the streams of workers a message in their place, behind all of the value.
/// </remarks>
internal sealed class SendQueue(HostValues? values = null)
{
    private const int Piece = AgentMessage.HeaderSize + AgentMessage.MaxData;

    private readonly object _gate = new();
    private readonly Queue<byte[]> _messages = new();
    private readonly Dictionary<int, SendStream> _streams = [];
    private readonly Queue<SendStream> _round = new();
    private readonly SendStream _store = new(AgentMessage.SharedValues);
    private bool _closed;

    /// <summary>Opens a stream, whose number was never used before.</summary>
    public SendStream Open(int stream)
    {
        var opened = new SendStream(stream, values is not null);
        lock (_gate)
        {
            if (!_closed)
            {
                _streams.Add(stream, opened);
            }
        }

        return opened;
    }

    /// <summary>Queues a message that goes before all data.</summary>
    public void Add(byte[] message)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _messages.Enqueue(message);
            }
        }
    }

    /// <summary>Queues a message about a stream that goes before all data, unless the last message of the stream is queued.</summary>
    public void AddBefore(int stream, byte[] message)
    {
        lock (_gate)
        {
            if (_streams.TryGetValue(stream, out SendStream? target) && !target.IsEnding)
            {
                _messages.Enqueue(message);
            }
        }
    }

    /// <summary>Queues a message that goes behind the data of its stream that waits.</summary>
    public void AddBehind(int stream, byte[] message)
    {
        lock (_gate)
        {
            if (_streams.TryGetValue(stream, out SendStream? target))
            {
                target.Add(message);
                Join(target);
            }
        }
    }

    /// <summary>Queues the last message of a stream, which closes with it, behind all that waits of it.</summary>
    public void AddLast(int stream, byte[] message)
    {
        lock (_gate)
        {
            if (_streams.TryGetValue(stream, out SendStream? target))
            {
                target.IsEnding = true;
                target.Add(message);
                Join(target);
            }
        }
    }

    /// <summary>Queues a frame, unless its stream is not open.</summary>
    public void Add(int stream, OutgoingFrame frame)
    {
        lock (_gate)
        {
            if (_streams.TryGetValue(stream, out SendStream? target))
            {
                target.Add(frame);
                Join(target);
                return;
            }
        }

        frame.Release();
    }

    /// <summary>Notes that the other side has taken bytes of a stream.</summary>
    /// <exception cref="ProtocolException">The stream was never sent as many.</exception>
    public void Grant(int stream, long bytes)
    {
        lock (_gate)
        {
            SendStream? target = IsStore(stream) ? _store : _streams.GetValueOrDefault(stream);
            if (target is null)
            {
                return;
            }

            if (bytes <= 0 || bytes > AgentMessage.Window - target.Credit)
            {
                throw new ProtocolException(MessageText.Format(Messages.AgentFalseCredit, stream, bytes, AgentMessage.Window - target.Credit));
            }

            target.Credit += (int)bytes;
            Join(target);
        }
    }

    /// <summary>Notes that a worker has taken a shared value that it was given by its key.</summary>
    /// <exception cref="ProtocolException">It was given none.</exception>
    public void NoteTaken(int stream)
    {
        lock (_gate)
        {
            if (_streams.TryGetValue(stream, out SendStream? target) && !target.NoteTaken())
            {
                throw new ProtocolException(MessageText.Format(Messages.AgentFalseKept, stream));
            }
        }
    }

    /// <summary>Writes messages to a buffer, as many as there are and fit into a piece or two; false for none.</summary>
    public bool Fill(PooledBuffer buffer)
    {
        List<OutgoingFrame>? done = null;
        lock (_gate)
        {
            while (buffer.Length < Piece && _messages.TryDequeue(out byte[]? message))
            {
                buffer.Write(message);
            }

            while (buffer.Length < Piece && _round.TryDequeue(out SendStream? stream))
            {
                stream.IsInRound = false;
                if (stream.UndecidedKey is { } key)
                {
                    Decide(stream, key, ref done);
                }

                if (!stream.CanSend)
                {
                    continue;
                }

                int written = stream.Take(buffer.GetSpan(stream.NextLength), out OutgoingFrame? frame);
                buffer.Advance(written);
                if (frame is not null)
                {
                    (done ??= []).Add(frame);
                    NoteSent(stream, frame);
                }

                if (stream.IsEnding && stream.IsEmpty)
                {
                    _ = _streams.Remove(stream.Id);
                }

                Join(stream);
            }
        }

        if (done is not null)
        {
            SendStream.Release(done);
        }

        return buffer.Length > 0;
    }

    /// <summary>Closes a stream, and drops what of it waits.</summary>
    public void Close(int stream)
    {
        OutgoingFrame[] dropped;
        lock (_gate)
        {
            dropped = _streams.Remove(stream, out SendStream? closed) ? closed.Clear() : [];
        }

        SendStream.Release(dropped);
    }

    /// <summary>Drops everything and takes no more.</summary>
    public void Close()
    {
        OutgoingFrame[] dropped;
        lock (_gate)
        {
            _closed = true;
            dropped = [.. _streams.Values.Append(_store).SelectMany(static stream => stream.Clear())];
            _streams.Clear();
            _messages.Clear();
            _round.Clear();
        }

        SendStream.Release(dropped);
    }

    private bool IsStore(int stream) => values is not null && stream == _store.Id;

    /// <summary>Decides how the shared value that comes next in a stream gets there.</summary>
    private void Decide(SendStream stream, string key, ref List<OutgoingFrame>? done)
    {
        if (values!.Find(key) is { } known)
        {
            (done ??= []).Add(stream.AwaitValue(known));
        }
        else if (values.Add(key, stream.NextFrameLength, out List<string> dropped) is { } added)
        {
            foreach (string other in dropped)
            {
                _store.Add(DropFrame(other));
            }

            _store.Add(stream.AwaitValue(added));
            Join(_store);
        }
        else
        {
            // All that the agent holds is still to be taken by workers, of which one may have stopped: no other waits for it.
            stream.SendValue();
        }
    }

    /// <summary>Lets those go on that waited for a value of which the last byte is on its way.</summary>
    private void NoteSent(SendStream stream, OutgoingFrame frame)
    {
        if (stream == _store && frame.Key is { } key)
        {
            foreach (SendStream waiting in values!.NoteSent(key))
            {
                Join(waiting);
            }
        }
    }

    private static OutgoingFrame DropFrame(string key)
    {
        var head = new PooledBuffer(256);
        int start = FrameWriter.Begin(head, FrameType.Drop);
        new WireWriter(head).Write(key);
        FrameWriter.End(head, start);
        return new OutgoingFrame(head);
    }

    private void Join(SendStream stream)
    {
        if (!stream.IsInRound && stream.CanSend)
        {
            stream.IsInRound = true;
            _round.Enqueue(stream);
        }
    }
}
