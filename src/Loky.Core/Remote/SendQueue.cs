using System.Buffers;
using Loky.Channel;
using Loky.Wire;

namespace Loky.Remote;

/// <summary>
/// What waits to be sent, of all streams: messages first, then data of each stream in turn, as far as its credit goes, so that no
/// stream keeps another waiting for more than a piece. Does no I/O. Thread-safe; calls nobody under its lock.
/// </summary>
internal sealed class SendQueue
{
    private const int Piece = AgentMessage.HeaderSize + AgentMessage.MaxData;

    private readonly object _gate = new();
    private readonly Queue<byte[]> _messages = new();
    private readonly Dictionary<int, SendStream> _streams = [];
    private readonly Queue<SendStream> _round = new();
    private bool _closed;

    /// <summary>Opens a stream, whose number was never used before.</summary>
    public SendStream Open(int stream)
    {
        var opened = new SendStream(stream);
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
            if (!_streams.TryGetValue(stream, out SendStream? target))
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
                if (!stream.CanSend)
                {
                    continue;
                }

                int written = stream.Take(buffer.GetSpan(stream.NextLength), out OutgoingFrame? frame);
                buffer.Advance(written);
                if (frame is not null)
                {
                    (done ??= []).Add(frame);
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
            dropped = [.. _streams.Values.SelectMany(static stream => stream.Clear())];
            _streams.Clear();
            _messages.Clear();
            _round.Clear();
        }

        SendStream.Release(dropped);
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
