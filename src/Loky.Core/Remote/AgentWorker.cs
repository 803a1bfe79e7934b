using System.Diagnostics;
using Loky.Channel;
using Loky.Connections;

namespace Loky.Remote;

/// <summary>A worker of a node agent: an ordinary worker of its machine, whose connection is passed on as a stream.</summary>
internal sealed class AgentWorker : IConnectionOwner
{
    // Told in parts that are large enough, so that there are few such messages.
    private const int CreditAtLeast = AgentMessage.Window / 4;

    private readonly AgentLink _link;
    private readonly int _stream;
    private readonly IConnection _connection;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LedgerEntry _told;
    private int _untoldCredit;
    private int _inFlight;

    public AgentWorker(AgentLink link, int stream, ILauncher launcher)
    {
        _link = link;
        _stream = stream;
        _link.Queue.Open(stream);
        _connection = launcher.Create(this);
    }

    public Task Ended => _ended.Task;

    public void Start() => _connection.Start();

    public void Abort() => _connection.Abort();

    public void ShowErrors() => _connection.ShowErrors();

    /// <summary>Passes bytes on to the worker.</summary>
    /// <exception cref="ProtocolException">There are more than may be under way.</exception>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        int count = bytes.Length;
        if (Interlocked.Add(ref _inFlight, count) > AgentMessage.Window)
        {
            throw new ProtocolException(MessageText.Format(Messages.AgentOverWindow, _stream, AgentMessage.Window));
        }

        var buffer = new PooledBuffer(count);
        bytes.CopyTo(buffer.GetSpan(count));
        buffer.Advance(count);
        _connection.Enqueue(new OutgoingFrame(buffer, releaseBody: () => Give(count)));
        _connection.Pump();
    }

    /// <summary>Passes a shared value that the agent holds on to the worker, and gives back the use of it.</summary>
    public void Keep(HeldFrame value)
    {
        _connection.Enqueue(value.ToFrame(() => Tell(AgentMessageWriter.Make(AgentMessageType.Kept, _stream))));
        _connection.Pump();
    }

    /// <summary>Tells what the worker is doing, if that has changed, at a <see cref="Stopwatch"/> time stamp.</summary>
    public void TellLedger(long now)
    {
        LedgerEntry entry = _connection.Ledger.Look();
        if (entry == _told)
        {
            return;
        }

        _told = entry;
        Tell(AgentMessageWriter.Make(AgentMessageType.Ledger, _stream, buffer =>
        {
            var writer = new WireWriter(buffer);
            writer.Write(entry.Started);
            writer.Write(Ago(entry.StartedAt));
            writer.Write(Ago(entry.HeldSince));
        }));

        // Clocks of two machines have nothing in common but their pace, so it is how long ago; -1 for never.
        long Ago(long at) => at == 0 ? -1 : Math.Max(0, (long)Stopwatch.GetElapsedTime(at, now).TotalMicroseconds);
    }

    public void OnStarted() => _link.Send(AgentMessageWriter.Make(AgentMessageType.Started, _stream, _connection.ProcessId));

    public void OnConnected(Capabilities capabilities) =>
        _link.Send(AgentMessageWriter.Make(AgentMessageType.Connected, _stream, buffer => CapabilityNames.Write(buffer, capabilities)));

    public void OnFrame(Frame frame)
    {
        var head = new PooledBuffer(Frame.HeaderSize);
        int start = FrameWriter.Begin(head, frame.Type);
        FrameWriter.End(head, start, frame.Length);
        _link.Queue.Add(_stream, new OutgoingFrame(head, frame.Payload, frame.Dispose));
        _link.Pump();
    }

    public void OnClosed(Exception? error)
    {
        _link.Queue.AddBehind(_stream, AgentMessageWriter.Make(AgentMessageType.Closed, _stream, buffer => new WireWriter(buffer).Write(error?.Message)));
        _link.Pump();
    }

    public void OnEnded(ConnectionEnd end)
    {
        try
        {
            _link.Queue.AddLast(_stream, RemoteEnd.ToMessage(_stream, end));
            _link.Pump();
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private void Give(int count)
    {
        _ = Interlocked.Add(ref _inFlight, -count);
        if (Interlocked.Add(ref _untoldCredit, count) < CreditAtLeast)
        {
            return;
        }

        if (Interlocked.Exchange(ref _untoldCredit, 0) is > 0 and int credit)
        {
            Tell(AgentMessageWriter.Make(AgentMessageType.Credit, _stream, credit));
        }
    }

    /// <summary>Says something of the worker, unless its end was said: what it did not take is given back at any time.</summary>
    private void Tell(byte[] message)
    {
        _link.Queue.AddBefore(_stream, message);
        _link.Pump();
    }
}
