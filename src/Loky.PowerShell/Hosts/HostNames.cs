using Loky.Execution;

namespace Loky.PowerShell.Hosts;

/// <summary>Tells where the workers of a pool are, in a few words.</summary>
internal static class HostNames
{
    private const string ThisMachine = "localhost";

    public static string Of(WorkerPool pool) => pool.Options.Hosts.Count == 0
        ? ThisMachine
        : string.Join(',', pool.Options.Hosts.Select(static host => host.IsThisMachine ? ThisMachine : host.Name));

    /// <summary>Null is this machine.</summary>
    public static string Of(string? host) => host ?? ThisMachine;

    public static string? DescribeProgress(WorkerPool pool) => pool.Options.Hosts.Count == 0
        ? null
        : string.Join(", ", pool.GetStatus().Hosts.Select(static host => new LokyHostStatus(host)).Select(static host => host.State == "Connected"
            ? MessageText.Format(Messages.ProgressOfHost, host.Command.Length == 0 ? ThisMachine : host.Name, host.Workers)
            : host.ToString()));
}
