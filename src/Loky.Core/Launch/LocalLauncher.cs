using Loky.Channel;
using Loky.Connections;
using Loky.Hosting;
using Loky.Windows;

namespace Loky.Launch;

/// <summary>Starts workers as processes of this machine.</summary>
/// <param name="command">How a process is started.</param>
/// <param name="environment">Variables beyond the base environment; a null value removes one.</param>
/// <param name="setup">What a worker is told once it is connected; null where its owner tells it.</param>
internal sealed class LocalLauncher(WorkerCommand command, IReadOnlyDictionary<string, string?>? environment, WorkerSetup? setup) : ILauncher
{
    private readonly Lazy<IReadOnlyDictionary<string, string>> _baseEnvironment = new(EnvironmentNames.Read);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> BaseEnvironment => _baseEnvironment.Value;

    /// <summary>Gets how a process is started.</summary>
    public WorkerCommand Command => command;

    /// <summary>Gets variables beyond the base environment; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; } = environment is null ? null : EnvironmentNames.Of(environment);

    /// <summary>Gets what a worker is told once it is connected; null where its owner tells it.</summary>
    public WorkerSetup? Setup => setup;

    /// <summary>Gets how many threads the libraries in a worker may use.</summary>
    public ThreadLimits Threads { get; init; }

    /// <summary>Gets how many executors are nested above its workers.</summary>
    public int Depth { get; init; } = WorkerContext.Depth + 1;

    /// <summary>Gets the clock that the ends of its workers are timed by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gets the code page in which the workers write to their standard streams; 0 elsewhere than on Windows.</summary>
    public int CodePage { get; init; } = WindowsConsole.CodePage;

    /// <summary>Gets what opens the stream that takes what a worker writes to its standard output.</summary>
    public Func<Stream> OpenOutput { get; init; } = Console.OpenStandardOutput;

    /// <summary>Gets what opens the stream that takes what a worker writes to its standard error.</summary>
    public Func<Stream> OpenError { get; init; } = Console.OpenStandardError;

    /// <inheritdoc/>
    public IConnection Create(IConnectionOwner owner) => new LocalConnection(this, owner);
}
