using Loky.Launch;

namespace Loky.Tests.Remote;

/// <summary>Hosts whose node agents are processes of this machine.</summary>
internal static class AgentHosts
{
    /// <summary>Gets the command of a node agent here.</summary>
    public static IReadOnlyList<string> Command
    {
        get
        {
            WorkerCommand worker = DotNetHost.CreateCommand();
            return [worker.FileName, .. worker.Arguments, "--agent"];
        }
    }

    /// <summary>Names a host.</summary>
    public static WorkerHost Host(string name, int? workers = null) => WorkerHost.OfAgent(name, Command, workers);
}
