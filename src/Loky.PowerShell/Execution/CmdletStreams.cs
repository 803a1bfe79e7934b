namespace Loky.PowerShell.Execution;

/// <summary>The streams of a cmdlet, whose items are submitted with their input objects. For the pipeline thread only.</summary>
internal sealed class CmdletStreams(PSCmdlet cmdlet) : IResultStreams
{
    private bool _switched;

    public object? TargetOf(object? item) => item;

    public void BeginItem(object? item, string? host)
    {
    }

    public void WriteOutput(object? value, object? item) => cmdlet.WriteObject(value, enumerateCollection: false);

    public void WriteError(ErrorRecord error, object? item) => cmdlet.WriteError(error);

    public void WriteFailure(ErrorRecord error, object? item)
    {
        if (TestFailures.Is(error))
        {
            throw CallFailedException.Of(error);
        }

        cmdlet.WriteError(error);
    }

    public void WriteWarning(WarningRecord warning, object? item) => cmdlet.WriteWarning(warning.Message);

    public void WriteVerbose(VerboseRecord message, object? item)
    {
        SwitchOn();
        cmdlet.WriteVerbose(message.Message);
    }

    public void WriteDebug(DebugRecord message, object? item)
    {
        SwitchOn();
        cmdlet.WriteDebug(message.Message);
    }

    public void WriteInformation(InformationRecord information, object? item) => cmdlet.WriteInformation(information);

    public void WriteProgress(ProgressRecord progress, object? item) => cmdlet.WriteProgress(progress);

    public void CancelItem(object? item)
    {
    }

    public void EndItem(object? item)
    {
    }

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
