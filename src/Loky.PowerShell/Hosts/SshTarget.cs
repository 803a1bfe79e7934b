using System.Globalization;
using Loky.Remote;

namespace Loky.PowerShell.Hosts;

/// <summary>A host that the system's <c>ssh</c> reaches. Null is what ssh takes by the user's configuration.</summary>
internal sealed record SshTarget
{
    /// <summary>Gets the name or the address, or a name of the user's ssh configuration.</summary>
    public required string HostName { get; init; }

    public string? UserName { get; init; }

    public int? Port { get; init; }

    public string? KeyFilePath { get; init; }

    /// <summary>Gets options of ssh, as <c>Name=value</c>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Gets how many workers there are to be; null for as many as the host has processors.</summary>
    public int? Workers { get; init; }

    /// <summary>Gets the PowerShell there; null for the first on the PATH.</summary>
    public string? PowerShellPath { get; init; }

    public WorkerHost ToHost()
    {
        string address = HostName.Contains(':', StringComparison.Ordinal) && Port is not null ? $"[{HostName}]" : HostName;
        string name = (UserName is null ? string.Empty : UserName + "@") + address + (Port is { } port ? ":" + port.ToString(CultureInfo.InvariantCulture) : string.Empty);

        // Of an option given twice, ssh takes the first: what the user says comes before what it should be otherwise.
        List<string> arguments = ["ssh", "-T"];
        foreach (string option in (string[])[.. Options, "BatchMode=yes", "ClearAllForwardings=yes", "RemoteCommand=none", "ServerAliveInterval=15"])
        {
            arguments.AddRange(["-o", option]);
        }

        Add(arguments, "-i", KeyFilePath);
        Add(arguments, "-p", Port?.ToString(CultureInfo.InvariantCulture));
        Add(arguments, "-l", UserName);
        arguments.AddRange(["--", HostName]);
        string program = RemoteQuoting.Quote(PowerShellPath ?? "pwsh");
        return CommandHost.Create(name, arguments, [program, .. HostBootstrap.Arguments], Workers);
    }

    private static void Add(List<string> arguments, string option, string? value)
    {
        if (value is not null)
        {
            arguments.AddRange([option, value]);
        }
    }
}
