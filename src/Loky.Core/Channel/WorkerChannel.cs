using System.Diagnostics;
using Loky.Diagnosis;
using Loky.Wire;

namespace Loky.Channel;

/// <summary>The parent's end of a worker's connection: hands on frames in the background, and then tells its end, once.</summary>
internal sealed class WorkerChannel : IDisposable
{
    private readonly FrameTransport _transport;
    private readonly FrameReader _reader;
    private readonly FrameSender _sender;
    private readonly Action<Frame> _onFrame;
    private readonly Action<Exception?> _onClosed;
    private readonly ShortWait _wait = new();
    private readonly object _gate = new();
    private Exception? _sendError;
    private long _received;
    private bool _ended;

    /// <summary>Creates the channel; it owns the connection and the handshake's reader, the handler owns its frames.</summary>
    public WorkerChannel(FrameTransport transport, FrameReader reader, Action<Frame> onFrame, Action<Exception?> onClosed)
    {
        _transport = transport;
        _reader = reader;
        _onFrame = onFrame;
        _onClosed = onClosed;
        _sender = new FrameSender(transport, OnSendError);
    }

    public long Received => Volatile.Read(ref _received);

    public void Start() => _ = ReceiveAsync();

    public void Enqueue(OutgoingFrame frame) => _sender.Enqueue(frame);

    public void Enqueue(Action<PooledBuffer> write)
    {
        var buffer = new PooledBuffer(64);
        write(buffer);
        _sender.Enqueue(new OutgoingFrame(buffer));
    }

    public void Pump() => _sender.Pump();

    /// <summary>Ends the channel, whether or not a read ever returns; does not return before the closed handler has.</summary>
    public void End()
    {
        Isolated.Call(static transport => transport.Shutdown(), _transport);
        Finish(null);
    }

    public void Dispose()
    {
        _sender.Close();
        _transport.Dispose();
    }

    /// <summary>A worker that can be sent nothing more would wait for ever, and its parent for it: the channel ends.</summary>
    private void OnSendError(Exception error)
    {
        Volatile.Write(ref _sendError, error);
        Isolated.Call(static transport => transport.Shutdown(), _transport);
    }

    private async Task ReceiveAsync()
    {
        Exception? error = null;
        try
        {
            while (true)
            {
                if (!HandOn())
                {
                    break;
                }

                long begun = Stopwatch.GetTimestamp();
                _wait.LookOut(_transport, static transport => transport.HasNews);
                ValueTask<int> receiving = _transport.ReceiveAsync(_reader.GetMemory());
                bool slept = !receiving.IsCompleted;
                int received = await receiving.ConfigureAwait(false);
                if (slept)
                {
                    _wait.NoteSleep(begun);
                }

                if (received == 0)
                {
                    break;
                }

                _reader.Advance(received);
                Volatile.Write(ref _received, _received + received);
            }
        }
        catch (Exception exception)
        {
            // A connection that a dying worker resets is its death, not an error of its own.
            error = exception;
        }

        if (error is null || FrameTransport.IsLoss(error))
        {
            error = Volatile.Read(ref _sendError);
            error = FrameTransport.IsLoss(error) ? null : error;
        }

        Isolated.Call(static channel => channel._reader.Dispose(), this);
        Finish(error);
    }

    /// <summary>Hands on what was received; returns false once nobody is to hear of it any more.</summary>
    private bool HandOn()
    {
        lock (_gate)
        {
            while (!_ended)
            {
                if (!_reader.TryRead(out Frame frame))
                {
                    return true;
                }

                _onFrame(frame);
            }

            return false;
        }
    }

    private void Finish(Exception? error)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
        }

        Isolated.Call(static channel => channel._sender.Close(), this);
        _onClosed(error);
    }
}
