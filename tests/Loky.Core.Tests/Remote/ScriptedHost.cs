using Loky.Remote;
using Loky.Tests.Support;

namespace Loky.Tests.Remote;

/// <summary>A host whose agent is whatever a test makes of it, at the other end of a connection within this process.</summary>
internal sealed class ScriptedHost(string name, int? workers, Func<Stream, Task> agent, Func<int, Exception?>? refuse = null) : IAgentConnector
{
    private int _attempts;

    /// <summary>Gets what tells when its time is over.</summary>
    public Func<DateTimeOffset>? EndsAt { get; init; }

    /// <summary>Gets how its command ends.</summary>
    public string Ending { get; init; } = "exit code 9";

    /// <inheritdoc/>
    public bool RenewsTime { get; init; }

    /// <summary>Gets how often somebody tried to connect.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <inheritdoc/>
    public string HostName => name;

    /// <inheritdoc/>
    public string CommandText => $"reach {name}";

    /// <inheritdoc/>
    public int? Workers => workers;

    /// <summary>Gets the host for an executor's options.</summary>
    public WorkerHost Host => new(name, [CommandText], workers, () => [this], name);

    /// <inheritdoc/>
    public Task<IAgentChannel> ConnectAsync(Action<HostStage> stage, CancellationToken cancellationToken)
    {
        stage(HostStage.Connecting);
        int attempt = Interlocked.Increment(ref _attempts);
        if (refuse?.Invoke(attempt) is { } error)
        {
            return Task.FromException<IAgentChannel>(error);
        }

        return Task.FromResult<IAgentChannel>(new Channel(SocketPair.Open(), agent, EndsAt?.Invoke(), Ending));
    }

    private sealed class Channel : IAgentChannel
    {
        private readonly SocketPair _pair;
        private readonly string _ending;
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Channel(SocketPair pair, Func<Stream, Task> agent, DateTimeOffset? endsAt, string ending)
        {
            Facts = endsAt is null ? null : AgentWelcome.OfThisMachine(null).Facts with { EndsAt = endsAt };
            (_pair, _ending) = (pair, ending);
            _ = Task.Run(async () =>
            {
                try
                {
                    await agent(pair.Far);
                }
                finally
                {
                    Abort();
                }
            });
        }

        public Stream ToAgent => _pair.Near;

        public Stream FromAgent => _pair.Near;

        public HostFacts? Facts { get; }

        public string StandardError => "said by the command";

        public Task<string> Ended => _ended.Task;

        public void Abort()
        {
            _pair.Far.Dispose();
            _ = _ended.TrySetResult(_ending);
        }

        public ValueTask DisposeAsync()
        {
            Abort();
            _pair.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
