using Loky.Remote;

namespace Loky.PowerShell.Hosts;

internal static class CommandHost
{
    private static readonly HostBootstrap Bootstrap = new();

    /// <summary>Makes a host of one command. Null <paramref name="workers"/> are as many as the host has processors.</summary>
    public static WorkerHost Create(string name, IReadOnlyList<string> command, IReadOnlyList<string> shell, int? workers) =>
        Create(name, workers, [CommandOf(name, command, shell, workers)]);

    /// <summary>Makes a host of several nodes, each reached by a command of its own.</summary>
    public static WorkerHost Create(string name, int? workers, IReadOnlyList<HostCommand> nodes) => new(
        name,
        nodes[0].Arguments,
        workers,
        () => [.. nodes.Select(static node => new CommandConnector(node, Bootstrap))],
        string.Join('\0', nodes.SelectMany(static node => node.Arguments.Prepend($"{node.HostName}*{node.Workers}"))));

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

    public static string ToText(IEnumerable<string> command) =>
        string.Join(' ', command.Select(static part => part.Length > 0 && !part.Any(char.IsWhiteSpace) ? part : $"'{part}'"));
}
