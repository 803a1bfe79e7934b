using System.Diagnostics;
using Loky.Diagnosis;

namespace Loky.Channel;

/// <summary>The parent's end of a worker's connection: hands on frames in the background, and then tells its end, once.</summary>
/// <remarks>
/// The first channels of a process have a thread each, which the system wakes for what comes. In a task, a frame wakes a thread of
/// the sockets and that one a thread of the pool, which then looks out for more. Threads of hundreds of workers would cost more.
/// </remarks>
internal sealed class WorkerChannel : IDisposable
{
    /// <summary>How many channels of a process have a thread of their own.</summary>
    public const int MaxThreads = 64;

    /// <summary>The name of such a thread.</summary>
    public const string ThreadName = "Loky receiver";

    private static int s_threads;

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

    public void Start()
    {
        if (!_transport.CanWait || !TryStartThread())
        {
            _ = ReceiveAsync();
        }
    }

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
        Isolated.Call(static transport => transport.Shutdown(), _transport);
        _transport.Dispose();
    }

    /// <summary>A worker that can be sent nothing more would wait for ever, and its parent for it: the channel ends.</summary>
    private void OnSendError(Exception error)
    {
        Volatile.Write(ref _sendError, error);
        Isolated.Call(static transport => transport.Shutdown(), _transport);
    }

    private bool TryStartThread()
    {
        if (Interlocked.Increment(ref s_threads) <= MaxThreads)
        {
            try
            {
                new Thread(ReceiveInThread) { IsBackground = true, Name = ThreadName }.UnsafeStart();
                return true;
            }
            catch (OutOfMemoryException)
            {
                // The system has no more threads, which a task can do without.
            }
        }

        _ = Interlocked.Decrement(ref s_threads);
        return false;
    }

    private void ReceiveInThread()
    {
        Exception? error = null;
        try
        {
            while (HandOn() && Note(Receive()))
            {
            }
        }
        catch (Exception exception)
        {
            error = exception;
        }

        _ = Interlocked.Decrement(ref s_threads);

        // What a thread of its own throws ends the process.
        Isolated.Call(static ended => ended.channel.EndReceiving(ended.error), (channel: this, error));
    }

    private int Receive()
    {
        long begun = Stopwatch.GetTimestamp();
        _wait.LookOut(_transport, static transport => transport.HasNews);
        if (!_transport.HasNews)
        {
            _transport.Wait();
            _wait.NoteSleep(begun);
        }

        return _transport.Receive(_reader.GetMemory());
    }

    private async Task ReceiveAsync()
    {
        Exception? error = null;
        try
        {
            while (HandOn())
            {
                long begun = Stopwatch.GetTimestamp();
                _wait.LookOut(_transport, static transport => transport.HasNews);
                ValueTask<int> receiving = _transport.ReceiveAsync(_reader.GetMemory());
                bool slept = !receiving.IsCompleted;
                int received = await receiving.ConfigureAwait(false);
                if (slept)
                {
                    _wait.NoteSleep(begun);
                }

                if (!Note(received))
                {
                    break;
                }
            }
        }
        catch (Exception exception)
        {
            error = exception;
        }

        EndReceiving(error);
    }

    /// <summary>Notes that so many bytes were received; false at the end.</summary>
    private bool Note(int received)
    {
        _reader.Advance(received);
        Volatile.Write(ref _received, _received + received);
        return received > 0;
    }

    private void EndReceiving(Exception? error)
    {
        // A connection that a dying worker resets is its death, not an error of its own.
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
