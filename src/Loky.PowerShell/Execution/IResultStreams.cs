using System.Management.Automation;

namespace Loky.PowerShell.Execution;

/// <summary>
/// Where the results of a call are wanted: in the streams of a cmdlet, or in those of a job. Each item is known by the
/// object that it was submitted with.
/// </summary>
internal interface IResultStreams
{
    /// <summary>Returns the input object of an item, for errors to name.</summary>
    object? TargetOf(object? item);

    /// <summary>Notes that an item was handed to a worker. Comes only where it was asked for, again when the item is tried again.</summary>
    /// <param name="item">The item.</param>
    /// <param name="host">The worker's host; null for this machine.</param>
    void BeginItem(object? item, string? host);

    /// <summary>Writes an object that the item gave.</summary>
    void WriteOutput(object? value, object? item);

    /// <summary>Writes an error that the item reported.</summary>
    void WriteError(ErrorRecord error, object? item);

    /// <summary>Writes the error that ended the item.</summary>
    void WriteFailure(ErrorRecord error, object? item);

    /// <summary>Writes a warning of the item.</summary>
    void WriteWarning(WarningRecord warning, object? item);

    /// <summary>Writes a verbose message of the item.</summary>
    void WriteVerbose(VerboseRecord message, object? item);

    /// <summary>Writes a debug message of the item.</summary>
    void WriteDebug(DebugRecord message, object? item);

    /// <summary>Writes what the item has to tell.</summary>
    void WriteInformation(InformationRecord information, object? item);

    /// <summary>Writes how far the item is.</summary>
    void WriteProgress(ProgressRecord progress, object? item);

    /// <summary>Notes that the item was stopped, or never started, on request.</summary>
    void CancelItem(object? item);

    /// <summary>Notes the end of an item, after the last that is written of it.</summary>
    void EndItem(object? item);

    /// <summary>Writes a warning about the way the call runs.</summary>
    void WriteCallWarning(string warning);
}
