using System.Collections;

namespace Loky.PowerShell.Hosts;

/// <summary>Reads what <c>-HostName</c> is given: strings, and objects of <c>New-LokyHost</c>.</summary>
internal static class HostArguments
{
    /// <summary>Empty for this machine alone; throws <see cref="HostFormatException"/> for no host, or one named twice.</summary>
    public static IReadOnlyList<WorkerHost> Parse(IEnumerable? arguments)
    {
        var hosts = new List<WorkerHost>();
        foreach (object? argument in arguments ?? Array.Empty<object>())
        {
            WorkerHost host = ParseOne(argument);
            if (hosts.Exists(other => other.Name.Equals(host.Name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new HostFormatException(argument, MessageText.Format(Messages.HostNamedTwice, host.Name));
            }

            hosts.Add(host);
        }

        return hosts is [{ IsThisMachine: true, Workers: null }] ? [] : hosts;
    }

    public static bool LeadElsewhere(IEnumerable<WorkerHost> hosts) => hosts.Any(static host => !host.IsThisMachine);

    private static WorkerHost ParseOne(object? argument) => (argument is PSObject wrapped ? wrapped.BaseObject : argument) switch
    {
        WorkerHost host => host,
        string text => HostText.Parse(text.Trim()),
        var other => throw new HostFormatException(other, MessageText.Format(Messages.InvalidHostObject, other is null ? "$null" : LanguagePrimitives.ConvertTypeNameToPSTypeName(other.GetType().FullName))),
    };
}
