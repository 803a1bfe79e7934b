using System.Globalization;
using System.Management.Automation.Host;
using Loky.PowerShell.Launch;

namespace Loky.PowerShell.Runner;

/// <summary>
/// The host of a worker's session, which has no user to talk to. Unlike PowerShell's own host for such sessions, which keeps
/// the cultures that it began with, it has those of the call that runs.
/// </summary>
internal sealed class WorkerHost : PSHost
{
    /// <inheritdoc/>
    /// <remarks>Scripts know by this name that nobody is there.</remarks>
    public override string Name => "Default Host";

    /// <inheritdoc/>
    public override Version Version => PowerShellHost.Version;

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override PSHostUserInterface? UI => null;

    /// <summary>Gets or sets the code with which a script last asked to end the session; null for none.</summary>
    public int? ExitCode { get; set; }

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    /// <inheritdoc/>
    public override void EnterNestedPrompt() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void ExitNestedPrompt() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void NotifyBeginApplication()
    {
    }

    /// <inheritdoc/>
    public override void NotifyEndApplication()
    {
    }

    /// <inheritdoc/>
    /// <remarks>The worker serves other calls too, and goes on.</remarks>
    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;
}
