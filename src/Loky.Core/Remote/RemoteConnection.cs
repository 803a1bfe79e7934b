using System.Diagnostics;
using Loky.Channel;
using Loky.Connections;

namespace Loky.Remote;

/// <summary>
/// A worker of a node agent, as one stream of its host's link; its owner hears of it in the order of the stream. When the
/// host is lost, all items that may have started count as started.
/// </summary>
internal sealed class RemoteConnection : IConnection, ILedger
{
    private const int CreditAtLeast = AgentMessage.Window / 4;

    private readonly RemoteHost _host;
    private readonly AgentSession _session;
    private readonly AgentLink _link;
    private readonly int _stream;
    private readonly SendStream _sending;
    private readonly IConnectionOwner _owner;
    private readonly WorkerSetup _setup;
    private readonly TimeProvider _clock;
    private readonly SerialQueue _inbox = new();
    private readonly FrameReader _reader = new();
    private readonly SentBatches _sent = new();
    private readonly object _gate = new();
    private LedgerEntry _ledger;
    private long _inFlight;
    private int _untoldCredit;
    private int _processId;
    private bool _connected;
    private bool _closed;
    private bool _over;
    private bool _ended;

    public RemoteConnection(RemoteHost host, AgentSession session, int stream, IConnectionOwner owner, WorkerSetup setup, TimeProvider clock)
    {
        (_host, _session, _link, _stream, _owner, _setup, _clock) = (host, session, session.Link, stream, owner, setup, clock);
        _sending = _link.Queue.Open(stream);
    }

    public int ProcessId => Volatile.Read(ref _processId);

    public string? HostName => _host.Name;

    public ILedger Ledger => this;

    public bool WasReady { get; private set; }

    public IConnectionOwner Owner => _owner;

    public LedgerEntry Look()
    {
        lock (_gate)
        {
            return _ledger;
        }
    }

    public void Start() => _link.Send(AgentMessageWriter.Make(AgentMessageType.Start, _stream));

    public void Enqueue(OutgoingFrame frame)
    {
        lock (_gate)
        {
            _sent.Note(frame.Head);
            _ = _sent.LastStarted(_sending.FramesSent);
        }

        _link.Queue.Add(_stream, frame);
    }

    public void Pump() => _link.Pump();

    public void Abort() => _link.Send(AgentMessageWriter.Make(AgentMessageType.Abort, _stream));

    public void AbortNow() => _host.KillNow();

    public void ShowErrors() => _link.Send(AgentMessageWriter.Make(AgentMessageType.ShowErrors, _stream));

    /// <summary>Takes a message of the stream, whose payload is copied.</summary>
    /// <exception cref="ProtocolException">It has no place here.</exception>
    /// <exception cref="WireFormatException">It is malformed.</exception>
    public void Receive(AgentMessage message)
    {
        if (_over)
        {
            throw new ProtocolException(MessageText.Format(Messages.AgentUnknownStream, message.Type, _stream));
        }

        var reader = new WireReader(message.Payload);
        switch (message.Type)
        {
            case AgentMessageType.Data:
                ReceiveData(message.Payload.Span);
                break;
            case AgentMessageType.Credit:
                _link.Queue.Grant(_stream, reader.ReadInt64());
                _link.Pump();
                break;
            case AgentMessageType.Kept:
                _link.Queue.NoteTaken(_stream);
                break;
            case AgentMessageType.Ledger:
                NoteLedger(reader.ReadInteger(0, long.MaxValue), reader.ReadInt64(), reader.ReadInt64());
                break;
            case AgentMessageType.Started:
                Volatile.Write(ref _processId, (int)reader.ReadInteger(1, int.MaxValue));
                _inbox.Add(_owner.OnStarted);
                break;
            case AgentMessageType.Connected when !_connected:
                _connected = true;
                Capabilities capabilities = CapabilityNames.Read(ref reader);
                _inbox.Add(() => OnConnected(capabilities));
                break;
            case AgentMessageType.Closed:
                string? error = reader.ReadString();
                _inbox.Add(() => Close(error is null ? null : new ProtocolException(error)));
                break;
            case AgentMessageType.Ended:
                _over = true;
                ConnectionEnd end = RemoteEnd.Read(message.Payload, _host.Name, _session.Welcome.Agent);
                _link.Queue.Close(_stream);
                _inbox.Add(() => End(end));
                break;
            default:
                throw new ProtocolException(MessageText.Format(Messages.FrameUnexpectedType, message.Type, AgentMessageType.Data));
        }
    }

    /// <summary>Ends it because its host is lost, behind all that has come from it; called once the link is broken.</summary>
    public void Lose(string loss, string standardError)
    {
        long started;
        lock (_gate)
        {
            started = Math.Max(_sent.LastStarted(_sending.FramesSent), _ledger.Started);
        }

        var exit = new WorkerExit(ProcessId, null, standardError) { HostName = _host.Name, HostLoss = loss };
        _inbox.Add(() =>
        {
            if (_connected)
            {
                Close(null);
            }

            End(new ConnectionEnd(exit, started, [], null));
        });
    }

    private void OnConnected(Capabilities capabilities)
    {
        _link.Queue.Add(_stream, _setup.ToFrame());
        lock (_gate)
        {
            _sent.Note(default);
        }

        _link.Pump();
        _owner.OnConnected(capabilities);
    }

    private void ReceiveData(ReadOnlySpan<byte> bytes)
    {
        int count = bytes.Length;
        if (!_connected || Interlocked.Add(ref _inFlight, count) > AgentMessage.Window)
        {
            throw new ProtocolException(MessageText.Format(Messages.AgentOverWindow, _stream, AgentMessage.Window));
        }

        byte[] copy = ByteArrays.Rent(Math.Max(count, 1));
        bytes.CopyTo(copy);
        _inbox.Add(() =>
        {
            try
            {
                Feed(copy.AsSpan(0, count));
            }
            catch (Exception exception)
            {
                // What a worker sends can end that worker alone.
                Close(exception);
                Abort();
            }
            finally
            {
                ByteArrays.Return(copy);
                Give(count);
            }
        });
    }

    private void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !_closed)
        {
            Span<byte> target = _reader.GetMemory().Span;
            int count = Math.Min(target.Length, bytes.Length);
            bytes[..count].CopyTo(target);
            _reader.Advance(count);
            bytes = bytes[count..];
            while (_reader.TryRead(out Frame frame))
            {
                if (frame.Type == FrameType.Ready)
                {
                    WasReady = true;
                    _host.OnWorkerReady(_session);
                }

                _owner.OnFrame(frame);
            }
        }
    }

    private void Give(int count)
    {
        _ = Interlocked.Add(ref _inFlight, -count);
        _untoldCredit += count;
        if (_untoldCredit >= CreditAtLeast)
        {
            _link.Send(AgentMessageWriter.Make(AgentMessageType.Credit, _stream, _untoldCredit));
            _untoldCredit = 0;
        }
    }

    private void Close(Exception? error)
    {
        if (!_closed)
        {
            _closed = true;
            _reader.Dispose();
            _owner.OnClosed(error);
        }
    }

    private void End(ConnectionEnd end)
    {
        // Its host can be lost while its end is read.
        if (_ended)
        {
            return;
        }

        _ended = true;
        if (!_closed)
        {
            _closed = true;
            _reader.Dispose();
        }

        _owner.OnEnded(end);
    }

    private void NoteLedger(long started, long startedAgo, long heldAgo)
    {
        long now = _clock.GetTimestamp();
        lock (_gate)
        {
            _ledger = new LedgerEntry(started, Before(startedAgo), Before(heldAgo));
        }

        long Before(long microseconds) => microseconds < 0 ? 0 : Math.Max(1, now - (long)Math.Min(microseconds * (Stopwatch.Frequency / 1e6), now));
    }
}
