using System.Diagnostics;
using Loky.Channel;
using Loky.Connections;
using Loky.Diagnosis;
using Loky.Launch;
using Loky.Windows;

namespace Loky.Remote;

/// <summary>
/// The node agent: starts workers of its machine for a parent elsewhere, passes their connections on over one pair of streams,
/// and kills them and ends when these end or the parent falls silent.
/// </summary>
internal sealed class AgentProcess
{
    private static readonly TimeSpan LedgerInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(10);

    private readonly AgentLink _link;
    private readonly AgentStore _store;
    private readonly WorkerCommand _command;
    private readonly TimeProvider _clock;
    private readonly object _gate = new();
    private readonly Dictionary<int, AgentWorker> _workers = [];
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ILauncher? _launcher;
    private int _nextStream = AgentMessage.FirstWorker;
    private bool _ending;

    private AgentProcess(Stream input, Stream output, WorkerCommand command, TimeProvider clock)
    {
        (_command, _clock) = (command, clock);
        _link = new AgentLink(input, output, clock, OnMessage, cause => _ended.TrySetResult(cause));
        _store = new AgentStore(credit => _link.Send(AgentMessageWriter.Make(AgentMessageType.Credit, AgentMessage.SharedValues, credit)));
        _link.Queue.Open(AgentMessage.StandardOutput);
        _link.Queue.Open(AgentMessage.StandardError);
    }

    /// <summary>
    /// Runs the agent until its parent ends it, or is gone, on an output that nothing else may be written to; returns what ended
    /// it against the parent's will, or null.
    /// </summary>
    public static Exception? Run(Stream input, Stream output, WorkerCommand command, TimeProvider? clock = null) =>
        new AgentProcess(input, output, command, clock ?? TimeProvider.System).RunAsync().GetAwaiter().GetResult();

    private async Task<Exception?> RunAsync()
    {
        using ITimer ledgers = _clock.CreateTimer(static state => ((AgentProcess)state!).TellLedgers(), this, LedgerInterval, LedgerInterval);
        _link.Queue.Add(AgentWelcome.OfThisMachine(_command.UserStartupHooks, _command.Capabilities).ToMessage());
        _link.Start();
        Exception? cause = await _ended.Task.ConfigureAwait(false);
        AgentWorker[] workers;
        lock (_gate)
        {
            _ending = true;
            workers = [.. _workers.Values];
        }

        foreach (AgentWorker worker in workers)
        {
            Isolated.Call(static worker => worker.Abort(), worker);
        }

        // One that cannot be killed must not keep what waits for the agent.
        await Task.WhenAll(workers.Select(static worker => worker.Ended)).WaitAsync(EndGrace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _link.Dispose();
        return cause is AgentEndException ? null : cause;
    }

    private void OnMessage(AgentMessage message)
    {
        if (_launcher is null)
        {
            OnHello(message);
            return;
        }

        switch (message.Type)
        {
            case AgentMessageType.Heartbeat:
                break;
            case AgentMessageType.Bye:
                _ = _ended.TrySetResult(null);
                break;
            case AgentMessageType.Start:
                Start(message.Stream);
                break;
            case AgentMessageType.Credit:
                _link.Queue.Grant(message.Stream, new WireReader(message.Payload).ReadInt64());
                _link.Pump();
                break;
            case AgentMessageType.Data when message.Stream == AgentMessage.SharedValues:
                _store.Receive(message.Payload.Span);
                break;
            case AgentMessageType.Keep:
                HeldFrame value = _store.Use(message.Payload);
                if (Find(message.Stream) is { } keeper)
                {
                    keeper.Keep(value);
                }
                else
                {
                    value.Release();
                }

                break;
            case AgentMessageType.Data when Find(message.Stream) is { } worker:
                worker.Receive(message.Payload.Span);
                break;
            case AgentMessageType.Abort:
                Find(message.Stream)?.Abort();
                break;
            case AgentMessageType.ShowErrors:
                Find(message.Stream)?.ShowErrors();
                break;
            case AgentMessageType.Data:
                // The worker has ended, which the parent does not know yet.
                break;
            default:
                throw new ProtocolException(MessageText.Format(Messages.FrameUnexpectedType, message.Type, AgentMessageType.Start));
        }
    }

    private void OnHello(AgentMessage message)
    {
        if (message.Type != AgentMessageType.Hello)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameUnexpectedType, message.Type, AgentMessageType.Hello));
        }

        AgentHello hello = AgentHello.Read(message.Payload);
        var output = new AgentOutput(_link, AgentMessage.StandardOutput);
        var error = new AgentOutput(_link, AgentMessage.StandardError);
        _launcher = new LocalLauncher(_command, hello.Environment, setup: null)
        {
            Clock = _clock,
            CodePage = WindowsConsole.CodePage == 0 ? 0 : WindowsConsole.Utf8,
            Depth = hello.Depth,
            Parent = hello.Parent,
            Threads = hello.Threads,
            OpenOutput = () => output,
            OpenError = () => error,
        };
    }

    private void Start(int stream)
    {
        AgentWorker worker;
        lock (_gate)
        {
            if (stream != _nextStream)
            {
                throw new ProtocolException(MessageText.Format(Messages.AgentUnknownStream, AgentMessageType.Start, stream));
            }

            if (_ending)
            {
                return;
            }

            _nextStream++;
            worker = new AgentWorker(_link, stream, _launcher!);
            _workers.Add(stream, worker);
        }

        _ = worker.Ended.ContinueWith(
            (_, _) =>
            {
                lock (_gate)
                {
                    _ = _workers.Remove(stream);
                }
            },
            null,
            TaskScheduler.Default);
        worker.Start();
    }

    /// <summary>Finds a worker; null for one that has ended.</summary>
    /// <exception cref="ProtocolException">There never was such a worker.</exception>
    private AgentWorker? Find(int stream)
    {
        lock (_gate)
        {
            return stream < _nextStream && stream >= AgentMessage.FirstWorker
                ? _workers.GetValueOrDefault(stream)
                : throw new ProtocolException(MessageText.Format(Messages.AgentUnknownStream, AgentMessageType.Data, stream));
        }
    }

    private void TellLedgers()
    {
        AgentWorker[] workers;
        lock (_gate)
        {
            workers = [.. _workers.Values];
        }

        long now = Stopwatch.GetTimestamp();
        foreach (AgentWorker worker in workers)
        {
            Isolated.Call(() => worker.TellLedger(now));
        }
    }
}
