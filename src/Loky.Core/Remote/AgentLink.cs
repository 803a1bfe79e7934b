using Loky.Channel;
using Loky.Diagnosis;

namespace Loky.Remote;

/// <summary>
/// One end of the connection between a parent and a node agent: receives messages, sends what is in its queue and heartbeats,
/// notices when the other side falls silent, and ends in exactly one call, with the first cause.
/// </summary>
/// <remarks>Silence is counted in turns, not in time: after a standstill, what has come meanwhile is found first.</remarks>
internal sealed class AgentLink : IDisposable
{
    public static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    /// <summary>After how many turns in which nothing was sent a heartbeat is.</summary>
    public const int TurnsToHeartbeat = 4;

    /// <summary>After how many turns in which nothing came the other side is given up.</summary>
    public const int TurnsToSilence = 20;

    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Action<AgentMessage> _onMessage;
    private readonly Action<Exception> _onEnded;
    private readonly AgentMessageReader _reader = new();
    private readonly ITimer _timer;
    private readonly object _gate = new();
    private bool _sending;
    private bool _stopped;
    private bool _wanted;
    private int _quietTurns;
    private int _silentTurns;
    private Exception? _cause;

    /// <summary>
    /// Creates the link, which owns neither stream. Messages are handled in order, on one thread at a time; what a handler
    /// throws breaks the link, and its end is told once, last, with the first cause: an <see cref="AgentEndException"/> where the
    /// other side ended it between two messages.
    /// </summary>
    public AgentLink(Stream input, Stream output, TimeProvider clock, Action<AgentMessage> onMessage, Action<Exception> onEnded)
    {
        (_input, _output, _onMessage, _onEnded) = (input, output, onMessage, onEnded);
        _timer = clock.CreateTimer(static state => ((AgentLink)state!).OnTurn(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets what waits to be sent; <see cref="Pump"/> sends it.</summary>
    public SendQueue Queue { get; init; } = new();

    /// <summary>Starts to receive; the first message of this side is in the queue.</summary>
    public void Start()
    {
        Pump();
        _ = _timer.Change(Turn, Turn);
        _ = Task.Run(ReceiveAsync);
    }

    /// <summary>Sends what is queued, in the background.</summary>
    public void Pump()
    {
        lock (_gate)
        {
            _wanted = true;
            if (_sending || _stopped)
            {
                return;
            }

            _sending = true;
        }

        _ = Task.Run(SendAsync);
    }

    public void Send(byte[] message)
    {
        Queue.Add(message);
        Pump();
    }

    /// <summary>Gives the connection up; whoever made the streams closes them, which ends the receiving.</summary>
    public void Break(Exception cause)
    {
        if (Interlocked.CompareExchange(ref _cause, cause, null) is null)
        {
            Stop();
            Isolated.Call(_onEnded, cause);
        }
    }

    public void Dispose() => Stop();

    private void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
        }

        _timer.Dispose();
        Queue.Close();
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (Volatile.Read(ref _cause) is null)
            {
                while (_reader.TryRead(out AgentMessage message))
                {
                    _onMessage(message);
                    if (Volatile.Read(ref _cause) is not null)
                    {
                        return;
                    }
                }

                int received = await _input.ReadAsync(_reader.GetMemory()).ConfigureAwait(false);
                if (received == 0)
                {
                    break;
                }

                Volatile.Write(ref _silentTurns, 0);
                _reader.Advance(received);
            }

            Break(_reader.IsBetweenMessages ? new AgentEndException() : new ProtocolException(Messages.AgentCutOff));
        }
        catch (Exception exception)
        {
            Break(exception);
        }
        finally
        {
            _reader.Dispose();
        }
    }

    private async Task SendAsync()
    {
        try
        {
            using var buffer = new PooledBuffer(2 * (AgentMessage.HeaderSize + AgentMessage.MaxData));
            while (true)
            {
                buffer.Clear();
                Volatile.Write(ref _wanted, false);
                if (Queue.Fill(buffer))
                {
                    await _output.WriteAsync(buffer.WrittenMemory).ConfigureAwait(false);
                    await _output.FlushAsync().ConfigureAwait(false);
                    Volatile.Write(ref _quietTurns, 0);
                    continue;
                }

                lock (_gate)
                {
                    if (!_wanted || _stopped)
                    {
                        _sending = false;
                        return;
                    }
                }
            }
        }
        catch (Exception exception)
        {
            Break(exception);
        }
    }

    private void OnTurn()
    {
        if (Interlocked.Increment(ref _silentTurns) > TurnsToSilence)
        {
            Break(new TimeoutException(MessageText.Format(Messages.AgentSilent, TurnsToSilence * Turn.TotalSeconds)));
            return;
        }

        if (Interlocked.Increment(ref _quietTurns) >= TurnsToHeartbeat)
        {
            Volatile.Write(ref _quietTurns, 0);
            Send(AgentMessageWriter.Make(AgentMessageType.Heartbeat, 0));
        }
    }
}
