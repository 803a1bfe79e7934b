using Loky.Remote;

namespace Loky.PowerShell.Hosts;

/// <summary>Makes hosts of commands.</summary>
internal static class CommandHost
{
    private static readonly HostBootstrap Bootstrap = new();

    /// <summary>Makes a host of one command.</summary>
    /// <param name="name">The host's name.</param>
    /// <param name="command">The program and its arguments, up to what runs there.</param>
    /// <param name="shell">The PowerShell there and its arguments.</param>
    /// <param name="workers">How many workers there are to be; null for as many as the host has processors.</param>
    public static WorkerHost Create(string name, IReadOnlyList<string> command, IReadOnlyList<string> shell, int? workers) =>
        Create(name, workers, [CommandOf(name, command, shell, workers)]);

    /// <summary>Makes a host of several nodes, each reached by a command of its own.</summary>
    public static WorkerHost Create(string name, int? workers, IReadOnlyList<HostCommand> nodes) => new(
        name,
        nodes[0].Arguments,
        workers,
        () => [.. nodes.Select(static node => new CommandConnector(node, Bootstrap))],
        string.Join('\0', nodes.SelectMany(static node => node.Arguments.Prepend($"{node.HostName}*{node.Workers}"))));

    /// <summary>Makes the command that leads to a PowerShell.</summary>
    /// <inheritdoc cref="Create(string, IReadOnlyList{string}, IReadOnlyList{string}, int?)" path="/param"/>
    public static HostCommand CommandOf(string name, IReadOnlyList<string> command, IReadOnlyList<string> shell, int? workers)
    {
        string[] arguments = [.. command, .. shell];
        return new HostCommand
        {
            HostName = name,
            Arguments = arguments,

            // The loader says nothing to people.
            Text = ToText([.. arguments[..^1], "…"]),
            Workers = workers,
        };
    }

    /// <summary>Writes a command as one line.</summary>
    public static string ToText(IEnumerable<string> command) =>
        string.Join(' ', command.Select(static part => part.Length > 0 && !part.Any(char.IsWhiteSpace) ? part : $"'{part}'"));
}
