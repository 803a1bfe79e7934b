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

    /// <summary>The variable in which workers of <see cref="Marked"/> hosts have the host's name.</summary>
    public const string Mark = "LOKY_TEST_HOST";

    /// <summary>Names a host whose workers know its name.</summary>
    public static WorkerHost Marked(string name, int workers) => WorkerHost.OfAgent(name, ["env", $"{Mark}={name}", .. Command], workers);

    /// <summary>Names a host.</summary>
    public static WorkerHost Host(string name, int? workers = null) => WorkerHost.OfAgent(name, Command, workers);
}
