using Loky.Channel;
using Loky.Diagnosis;

namespace Loky.Remote;

/// <summary>One connection to a node agent, from its first message until the command that carries it has ended.</summary>
internal sealed class AgentSession
{
    private static readonly TimeSpan LastWordsGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(5);

    private readonly string _hostName;
    private readonly string _command;
    private readonly TimeProvider _clock;
    private readonly Action<AgentSession, AgentMessage> _onMessage;
    private readonly TaskCompletionSource<AgentWelcome> _welcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<int, ParentOutput> _outputs;
    private readonly object _gate = new();
    private Task? _end;
    private bool _isEnding;

    private AgentSession(IAgentChannel channel, IAgentConnector connector, TimeProvider clock, Action<AgentSession, AgentMessage> onMessage)
    {
        (Channel, _hostName, _command, _clock, _onMessage) = (channel, connector.HostName, connector.CommandText, clock, onMessage);
        Link = new AgentLink(channel.FromAgent, channel.ToAgent, clock, OnMessage, cause => _ = EndAsync(cause)) { Queue = new SendQueue(new HostValues()) };
        _outputs = new()
        {
            [AgentMessage.StandardOutput] = new ParentOutput(Link, AgentMessage.StandardOutput, Console.OpenStandardOutput),
            [AgentMessage.StandardError] = new ParentOutput(Link, AgentMessage.StandardError, Console.OpenStandardError),
        };
    }

    public IAgentChannel Channel { get; }

    public AgentLink Link { get; }

    public AgentWelcome Welcome => _welcome.Task.Result;

    /// <summary>Gets its workers by their streams; guarded by the host's lock.</summary>
    public Dictionary<int, RemoteConnection> Workers { get; } = [];

    /// <summary>Gets or sets the stream of the next worker; guarded by the host's lock.</summary>
    public int NextStream { get; set; } = AgentMessage.FirstWorker;

    /// <summary>Gets or sets a value indicating whether a worker has got ready; guarded by the host's lock.</summary>
    public bool WasReady { get; set; }

    public bool IsEnding
    {
        get => Volatile.Read(ref _isEnding);
        set => Volatile.Write(ref _isEnding, value);
    }

    /// <summary>Gets a value indicating whether it was cut off, or what carried it was killed; once it has ended.</summary>
    public bool WasCutOff { get; private set; }

    /// <summary>Gets a task that ends, without failing, when nothing more comes; its result says what ended it.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Opens one: exchanges the first messages.</summary>
    /// <exception cref="HostConnectionException">No agent of this version answers, or its workers cannot do what they must; nothing is left of it.</exception>
    public static async Task<AgentSession> OpenAsync(
        IAgentChannel channel, IAgentConnector connector, AgentHello hello, Capabilities needed, TimeProvider clock, Action<AgentSession, AgentMessage> onMessage, CancellationToken cancel)
    {
        var session = new AgentSession(channel, connector, clock, onMessage);
        try
        {
            session.Link.Queue.Add(hello.ToMessage());
            session.Link.Start();
            AgentWelcome welcome = await session._welcome.Task.WaitAsync(cancel).ConfigureAwait(false);
            welcome.Agent.Require(needed, Messages.AgentLacksCapability, AgentMessage.ProtocolVersion);
            return session;
        }
        catch (Exception exception)
        {
            session.Link.Break(exception);
            string reason = await session.Ended.ConfigureAwait(false);
            await channel.DisposeAsync().ConfigureAwait(false);
            throw exception is OperationCanceledException ? exception : new HostConnectionException(connector.HostName, reason, exception);
        }
    }

    /// <summary>Asks the agent to end, and sees to it that nothing is left here.</summary>
    public Task EndAsync()
    {
        Volatile.Write(ref _isEnding, true);
        lock (_gate)
        {
            return _end ??= EndOnceAsync();
        }
    }

    private async Task EndOnceAsync()
    {
        Link.Send(AgentMessageWriter.Make(AgentMessageType.Bye, 0));
        await ((Task)_ended.Task).WaitAsync(EndGrace, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Link.Break(new AgentEndException());
        await Channel.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends it by force, without blocking.</summary>
    public void Abort()
    {
        Volatile.Write(ref _isEnding, true);
        Channel.Abort();
    }

    private void OnMessage(AgentMessage message)
    {
        if (!_welcome.Task.IsCompleted)
        {
            if (message.Type != AgentMessageType.Welcome)
            {
                throw new ProtocolException(MessageText.Format(Messages.FrameUnexpectedType, message.Type, AgentMessageType.Welcome));
            }

            _ = _welcome.TrySetResult(AgentWelcome.Read(message.Payload));
        }
        else if (message.Type == AgentMessageType.Data && _outputs.TryGetValue(message.Stream, out ParentOutput? output))
        {
            output.Receive(message.Payload.Span);
        }
        else if (message is { Type: AgentMessageType.Credit, Stream: AgentMessage.SharedValues })
        {
            Link.Queue.Grant(message.Stream, new WireReader(message.Payload).ReadInt64());
            Link.Pump();
        }
        else
        {
            _onMessage(this, message);
        }
    }

    private async Task EndAsync(Exception cause)
    {
        string reason = Messages.AgentEnded;
        try
        {
            if (cause is AgentEndException or IOException or ObjectDisposedException)
            {
                // How the command has ended tells more than that its output has.
                await ((Task)Channel.Ended).WaitAsync(LastWordsGrace, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            WasCutOff = cause is TimeoutException || (Channel.Ended.IsCompletedSuccessfully && Channel.Ended.Result is (HostProcess.Killed or HostProcess.CutOff));
            reason = Describe(cause);
        }
        finally
        {
            Isolated.Call(Channel.Abort);
            _ = _welcome.TrySetException(cause);
            _ = _welcome.Task.Exception;
            _ = _ended.TrySetResult(reason);
        }
    }

    private string Describe(Exception cause)
    {
        string told = MessageText.Format(Messages.HostLost, _hostName, cause is WireFormatException ? MessageText.Format(Messages.AgentMalformed, cause.Message) : cause.Message);
        told += " " + (Channel.Ended.IsCompletedSuccessfully
            ? MessageText.Format(Messages.HostCommandEnded, _command, Channel.Ended.Result)
            : MessageText.Format(Messages.HostCommand, _command));
        string errors = Channel.StandardError;
        return errors.Length == 0 ? told : told + Environment.NewLine + MessageText.Format(Messages.HostStandardError, Launch.StandardErrorText.Summarize(errors));
    }
}
