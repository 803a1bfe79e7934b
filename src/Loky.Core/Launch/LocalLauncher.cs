using Loky.Channel;
using Loky.Connections;

namespace Loky.Launch;

/// <summary>Starts workers as processes of this machine.</summary>
/// <param name="command">How a process is started.</param>
/// <param name="environment">Variables beyond the base environment; a null value removes one.</param>
/// <param name="setup">What a worker is told once it is connected.</param>
internal sealed class LocalLauncher(WorkerCommand command, IReadOnlyDictionary<string, string?>? environment, WorkerSetup setup) : ILauncher
{
    private readonly Lazy<IReadOnlyDictionary<string, string>> _baseEnvironment = new(ReadEnvironment);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> BaseEnvironment => _baseEnvironment.Value;

    /// <summary>Gets how a process is started.</summary>
    public WorkerCommand Command => command;

    /// <summary>Gets variables beyond the base environment; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?>? Environment => environment;

    /// <summary>Gets what a worker is told once it is connected.</summary>
    public WorkerSetup Setup => setup;

    /// <inheritdoc/>
    public IConnection Create(IConnectionOwner owner) => new LocalConnection(this, owner);

    private static Dictionary<string, string> ReadEnvironment() => System.Environment.GetEnvironmentVariables()
        .Cast<System.Collections.DictionaryEntry>()
        .ToDictionary(static variable => (string)variable.Key, static variable => (string)variable.Value!);
}
