using Loky.Diagnosis;

namespace Loky.Channel;

/// <summary>Sends frames in order without blocking the caller: what the connection does not take waits. Thread-safe.</summary>
internal sealed class FrameSender(FrameTransport transport, Action<Exception> onError)
{
    private readonly object _gate = new();
    private readonly Queue<OutgoingFrame> _queue = new();
    private bool _sending;
    private bool _closed;

    /// <summary>Queues a frame without sending it yet: cheap enough to be called under a lock.</summary>
    public void Enqueue(OutgoingFrame frame)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _queue.Enqueue(frame);
                return;
            }
        }

        frame.Release();
    }

    /// <summary>Sends what is queued, unless another thread is at it already.</summary>
    public void Pump()
    {
        lock (_gate)
        {
            if (_sending || _queue.Count == 0)
            {
                return;
            }

            _sending = true;
        }

        _ = PumpAsync();
    }

    public void Close()
    {
        OutgoingFrame[] dropped;
        lock (_gate)
        {
            _closed = true;
            dropped = [.. _queue];
            _queue.Clear();
        }

        foreach (OutgoingFrame frame in dropped)
        {
            Isolated.Call(static frame => frame.Release(), frame);
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            while (true)
            {
                if (!TryTake(out OutgoingFrame frame))
                {
                    return;
                }

                try
                {
                    await SendAllAsync(frame.Head).ConfigureAwait(false);
                    await SendAllAsync(frame.Body).ConfigureAwait(false);
                }
                finally
                {
                    frame.Release();
                }
            }
        }
        catch (Exception exception)
        {
            // Of whatever kind: what is queued behind it will never be sent, which somebody must learn.
            Isolated.Call(Close);
            onError(exception);
        }
    }

    private bool TryTake(out OutgoingFrame frame)
    {
        lock (_gate)
        {
            _sending = _queue.TryDequeue(out frame!);
            return _sending;
        }
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await transport.SendAsync(bytes).ConfigureAwait(false);
            bytes = bytes[sent..];
        }
    }
}
