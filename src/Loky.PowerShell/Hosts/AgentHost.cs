using Loky.Launch;
using Loky.PowerShell.Launch;
using Loky.Remote;

namespace Loky.PowerShell.Hosts;

/// <summary>The node agent in a PowerShell on a host: what the bootstrap calls last.</summary>
internal static class AgentHost
{
    /// <summary>Runs the node agent on the raw standard streams until its parent ends it, and ends the process then.</summary>
    internal static void Run(Stream input, Stream output)
    {
        StandardStreams.KeepFromOthers();
        WorkerRuntime.KeepFromChildren();
        if (AgentProcess.Run(input, output, PowerShellHost.CreateCommand()) is { } cause)
        {
            Console.Error.WriteLine(cause.Message);
        }

        Environment.Exit(0);
    }
}
