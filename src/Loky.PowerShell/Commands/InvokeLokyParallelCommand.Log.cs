using Loky.Execution;
using Loky.PowerShell.Execution;
using Loky.Runs;

namespace Loky.PowerShell.Commands;

/// <content>The log that a call keeps.</content>
public sealed partial class InvokeLokyParallelCommand
{
    /// <summary>Gets or sets the path of the log, to which a line is added for each attempt of an item.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>Gets or sets a value indicating whether items are left out that have succeeded by what the log says.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Gets or sets a value indicating whether a log is replaced, or resumed although block or items differ.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private RunLog? OpenLog(WorkerPool pool) => LogPath is null
        ? null
        : CallLog.Open(
            this, new RunLogOptions(CallLog.Resolve(this, LogPath), Resume, Force), ParameterSetName == ScriptBlockSet ? ScriptBlock : Delegate, pool.MaxWorkers);

    private void CheckLogUse()
    {
        if (LogPath is null && (Resume || Force))
        {
            var exception = new ArgumentException(Resume ? Messages.RunLogNeedsPath : Messages.RunLogForceAlone, nameof(LogPath));
            ThrowTerminatingError(new ErrorRecord(exception, ErrorIds.InvalidLogUse, ErrorCategory.InvalidArgument, null));
        }
    }
}
