using System.Globalization;
using System.Management.Automation.Host;
using Loky.PowerShell.Launch;

namespace Loky.PowerShell.Runner;

/// <summary>The host of a worker's session, which has no user to talk to. Unlike PowerShell's own host for such sessions, which
/// keeps the cultures that it began with, it has those of the call that runs.</summary>
internal sealed class WorkerHost : PSHost
{
    /// <summary>Scripts know by this name that nobody is there.</summary>
    public override string Name => "Default Host";

    public override Version Version => PowerShellHost.Version;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface? UI => null;

    /// <summary>Gets or sets the code with which a script last asked to end the session; null for none.</summary>
    public int? ExitCode { get; set; }

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    /// <summary>The worker serves other calls too, and goes on.</summary>
    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;
}
