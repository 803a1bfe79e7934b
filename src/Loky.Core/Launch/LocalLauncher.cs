using Loky.Channel;
using Loky.Connections;
using Loky.Hosting;
using Loky.Windows;

namespace Loky.Launch;

/// <summary>Starts workers as processes of this machine; without a setup their owner tells it to them.</summary>
internal sealed class LocalLauncher(WorkerCommand command, IReadOnlyDictionary<string, string?>? environment, WorkerSetup? setup) : ILauncher
{
    private readonly Lazy<IReadOnlyDictionary<string, string>> _baseEnvironment = new(EnvironmentNames.Read);
    private readonly ThreadLimits _threads;
    private volatile int _workers;

    public IReadOnlyDictionary<string, string> BaseEnvironment => _baseEnvironment.Value;

    public WorkerCommand Command => command;

    /// <summary>Gets variables beyond the base environment; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; } = environment is null ? null : EnvironmentNames.Of(environment);

    public WorkerSetup? Setup => setup;

    /// <summary>Gets how many threads a worker that starts now may use.</summary>
    public ThreadLimits Threads
    {
        get => _threads with { Workers = _workers };
        init => (_threads, _workers) = (value, value.Workers);
    }

    /// <summary>Gets how many executors are nested above its workers.</summary>
    public int Depth { get; init; } = WorkerContext.Depth + 1;

    /// <summary>Gets what their parent is and can do; behind a node agent that is the parent of the agent.</summary>
    public PeerInfo Parent { get; init; } = PeerInfo.Parent;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gets the code page that the workers write in; 0 elsewhere than on Windows.</summary>
    public int CodePage { get; init; } = WindowsConsole.CodePage;

    public Func<Stream> OpenOutput { get; init; } = Console.OpenStandardOutput;

    public Func<Stream> OpenError { get; init; } = Console.OpenStandardError;

    public IConnection Create(IConnectionOwner owner) => new LocalConnection(this, owner);

    public void OnResized(int maxWorkers) => _workers = maxWorkers;
}
