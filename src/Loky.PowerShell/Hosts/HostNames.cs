using Loky.Execution;

namespace Loky.PowerShell.Hosts;

/// <summary>Tells where the workers of a pool are, in a few words.</summary>
internal static class HostNames
{
    private const string ThisMachine = "localhost";

    /// <summary>Returns the names of a pool's hosts, as the location of a job.</summary>
    public static string Of(WorkerPool pool) => pool.Options.Hosts.Count == 0
        ? ThisMachine
        : string.Join(',', pool.Options.Hosts.Select(static host => host.IsThisMachine ? ThisMachine : host.Name));

    /// <summary>Returns the name of a host, as the location of an item.</summary>
    /// <param name="host">The host; null for this machine.</param>
    public static string Of(string? host) => host ?? ThisMachine;

    /// <summary>Returns how far each host of a pool is, for a progress bar; null where there is none but this machine.</summary>
    public static string? DescribeProgress(WorkerPool pool) => pool.Options.Hosts.Count == 0
        ? null
        : string.Join(", ", pool.GetStatus().Hosts.Select(static host => new LokyHostStatus(host)).Select(static host => host.State == "Connected"
            ? MessageText.Format(Messages.ProgressOfHost, host.Command.Length == 0 ? ThisMachine : host.Name, host.Workers)
            : host.ToString()));
}
