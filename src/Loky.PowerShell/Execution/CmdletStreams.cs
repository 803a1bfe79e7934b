using System.Management.Automation;

namespace Loky.PowerShell.Execution;

/// <summary>The streams of a cmdlet. Its items are submitted with their input objects. To be used on the pipeline thread only.</summary>
internal sealed class CmdletStreams(PSCmdlet cmdlet) : IResultStreams
{
    private bool _switched;

    /// <inheritdoc/>
    public object? TargetOf(object? item) => item;

    /// <inheritdoc/>
    public void BeginItem(object? item, string? host)
    {
    }

    /// <inheritdoc/>
    public void WriteOutput(object? value, object? item) => cmdlet.WriteObject(value, enumerateCollection: false);

    /// <inheritdoc/>
    public void WriteError(ErrorRecord error, object? item) => cmdlet.WriteError(error);

    /// <inheritdoc/>
    public void WriteFailure(ErrorRecord error, object? item)
    {
        if (TestFailures.Is(error))
        {
            throw CallFailedException.Of(error);
        }

        cmdlet.WriteError(error);
    }

    /// <inheritdoc/>
    public void WriteWarning(WarningRecord warning, object? item) => cmdlet.WriteWarning(warning.Message);

    /// <inheritdoc/>
    public void WriteVerbose(VerboseRecord message, object? item)
    {
        SwitchOn();
        cmdlet.WriteVerbose(message.Message);
    }

    /// <inheritdoc/>
    public void WriteDebug(DebugRecord message, object? item)
    {
        SwitchOn();
        cmdlet.WriteDebug(message.Message);
    }

    /// <inheritdoc/>
    public void WriteInformation(InformationRecord information, object? item) => cmdlet.WriteInformation(information);

    /// <inheritdoc/>
    public void WriteProgress(ProgressRecord progress, object? item) => cmdlet.WriteProgress(progress);

    /// <inheritdoc/>
    public void CancelItem(object? item)
    {
    }

    /// <inheritdoc/>
    public void EndItem(object? item)
    {
    }

    /// <inheritdoc/>
    public void WriteCallWarning(string warning) => cmdlet.WriteWarning(warning);

    private void SwitchOn()
    {
        if (!_switched)
        {
            _switched = true;
            StreamSwitches.Open(cmdlet);
        }
    }
}
