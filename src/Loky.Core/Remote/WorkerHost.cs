using Loky.Remote;

namespace Loky;

/// <summary>Where workers of an executor run: this machine, or another that a command reaches. Immutable.</summary>
public sealed class WorkerHost : IEquatable<WorkerHost>
{
    private readonly string _identity;
    private readonly Func<IReadOnlyList<IAgentConnector>> _connectors;

    /// <summary>Makes a host that connectors reach, one for each of its nodes; two of one identity are the same host.</summary>
    internal WorkerHost(string name, IReadOnlyList<string> command, int? workers, Func<IReadOnlyList<IAgentConnector>> connectors, string identity)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (workers is < 1 or > ExecutorOptions.MaxWorkersLimit)
        {
            throw new ArgumentOutOfRangeException(nameof(workers), workers, MessageText.Format(Messages.InvalidHostWorkers, workers, name, ExecutorOptions.MaxWorkersLimit));
        }

        (Name, Command, Workers, _connectors, _identity) = (name, command, workers, connectors, identity);
    }

    /// <summary>Gets the host's name, as errors and tables show it.</summary>
    public string Name { get; }

    /// <summary>Gets the command that leads there and its arguments; empty for this machine.</summary>
    public IReadOnlyList<string> Command { get; }

    /// <summary>Gets how many workers there are to be; null for as many as the host has processors.</summary>
    public int? Workers { get; }

    /// <summary>Gets a value indicating whether it is this machine, without any command.</summary>
    public bool IsThisMachine => Command.Count == 0;

    /// <summary>Names this machine, for an executor that has others beside it.</summary>
    /// <param name="workers">How many workers there are to be; null for as many as there are processors to use.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of its bounds.</exception>
    public static WorkerHost ThisMachine(int? workers = null) => new(":", [], workers, static () => [], $":*{workers}");

    /// <summary>Names a host by a command to a node agent's standard streams: <c>dotnet Loky.Worker.dll --agent</c>.</summary>
    /// <param name="name">Its name, as errors and tables show it.</param>
    /// <param name="command">The program and its arguments, such as <c>ssh</c>, the host, and what is run there.</param>
    /// <param name="workers">How many workers there are to be; null for as many as the host has processors.</param>
    /// <exception cref="ArgumentException">The command is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of its bounds.</exception>
    public static WorkerHost OfAgent(string name, IReadOnlyList<string> command, int? workers = null)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.Count == 0 || string.IsNullOrWhiteSpace(command[0]))
        {
            throw new ArgumentException(MessageText.Format(Messages.InvalidHostCommand, name), nameof(command));
        }

        string[] own = [.. command];
        var how = new HostCommand
        {
            HostName = name,
            Arguments = own,
            Text = string.Join(' ', own.Select(static part => part.Length > 0 && !part.Any(char.IsWhiteSpace) ? part : $"\"{part}\"")),
            Workers = workers,
        };
        return new WorkerHost(name, own, workers, () => [new AgentCommandConnector(how)], string.Join('\0', ["agent", name, $"{workers}", .. own]));
    }

    /// <summary>Makes what reaches it, one for each of its nodes.</summary>
    internal IReadOnlyList<IAgentConnector> CreateConnectors() => _connectors();

    /// <inheritdoc/>
    public bool Equals(WorkerHost? other) => other is not null && other._identity == _identity;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WorkerHost);

    /// <inheritdoc/>
    public override int GetHashCode() => _identity.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Workers is { } workers ? $"{Name}*{workers}" : Name;
}
