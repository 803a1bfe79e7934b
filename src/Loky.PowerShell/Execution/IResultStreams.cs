namespace Loky.PowerShell.Execution;

/// <summary>Where results go: streams of a cmdlet or a job. An item is the object that it was submitted with.</summary>
internal interface IResultStreams
{
    /// <summary>Returns the input object of an item, for errors to name.</summary>
    object? TargetOf(object? item);

    /// <summary>Notes that a worker has the item, again when it is tried again; comes only where it was asked for. A null
    /// <paramref name="host"/> is this machine.</summary>
    void BeginItem(object? item, string? host);

    void WriteOutput(object? value, object? item);

    void WriteError(ErrorRecord error, object? item);

    /// <summary>Writes the error that ended the item.</summary>
    void WriteFailure(ErrorRecord error, object? item);

    void WriteWarning(WarningRecord warning, object? item);

    void WriteVerbose(VerboseRecord message, object? item);

    void WriteDebug(DebugRecord message, object? item);

    void WriteInformation(InformationRecord information, object? item);

    void WriteProgress(ProgressRecord progress, object? item);

    /// <summary>Notes that the item was stopped, or never started, on request.</summary>
    void CancelItem(object? item);

    /// <summary>Notes the end of an item, after the last that is written of it.</summary>
    void EndItem(object? item);

    /// <summary>Writes a warning about the way the call runs.</summary>
    void WriteCallWarning(string warning);
}
