using System.Management.Automation;
using Loky.PowerShell.Execution;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Jobs;

/// <summary>The streams of a job. Its items are submitted with their child jobs.</summary>
internal sealed class JobStreams(LokyJob job, InvocationInfo origin) : IResultStreams
{
    private volatile bool _isStopping;

    /// <summary>Gets or sets a value indicating whether the job is being stopped, and losses are part of it.</summary>
    public bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }

    /// <inheritdoc/>
    public object? TargetOf(object? item) => (item as LokyChildJob)?.Item;

    /// <inheritdoc/>
    public void BeginItem(object? item, string? host) => (item as LokyChildJob)?.Begin(host);

    /// <inheritdoc/>
    public void WriteOutput(object? value, object? item) => StreamsOf(item).Add(StreamsOf(item).Output, value is null ? null! : PSObject.AsPSObject(value));

    /// <inheritdoc/>
    public void WriteError(ErrorRecord error, object? item) => StreamsOf(item).Add(StreamsOf(item).Error, error);

    /// <inheritdoc/>
    public void WriteFailure(ErrorRecord error, object? item)
    {
        if (IsStopping)
        {
            CancelItem(item);
        }
        else if (item is LokyChildJob child)
        {
            child.Fail(WithOrigin(error));
        }
        else
        {
            WriteCallError(error);
        }
    }

    /// <inheritdoc/>
    public void WriteWarning(WarningRecord warning, object? item) => StreamsOf(item).Add(StreamsOf(item).Warning, warning);

    /// <inheritdoc/>
    public void WriteVerbose(VerboseRecord message, object? item) => StreamsOf(item).Add(StreamsOf(item).Verbose, message);

    /// <inheritdoc/>
    public void WriteDebug(DebugRecord message, object? item) => StreamsOf(item).Add(StreamsOf(item).Debug, message);

    /// <inheritdoc/>
    public void WriteInformation(InformationRecord information, object? item) => StreamsOf(item).Add(StreamsOf(item).Information, information);

    /// <inheritdoc/>
    public void WriteProgress(ProgressRecord progress, object? item) => StreamsOf(item).Add(StreamsOf(item).Progress, progress);

    /// <inheritdoc/>
    public void CancelItem(object? item) => (item as LokyChildJob)?.Cancel();

    /// <inheritdoc/>
    public void EndItem(object? item) => (item as LokyChildJob)?.End();

    /// <inheritdoc/>
    public void WriteCallWarning(string warning) => job.Add(job.Warning, new WarningRecord(warning));

    /// <summary>Writes an error of the whole call.</summary>
    public void WriteCallError(ErrorRecord error) => job.Add(job.Error, WithOrigin(error));

    /// <summary>What belongs to no item is a matter of the whole job.</summary>
    private LokyJobBase StreamsOf(object? item) => item as LokyJobBase ?? job;

    /// <summary>An error that was made here would have its identifier completed, and its place told, by the cmdlet that writes it.</summary>
    private ErrorRecord WithOrigin(ErrorRecord error)
    {
        if (error.InvocationInfo is null)
        {
            ErrorRecords.SetOrigin(error, origin, stackTrace: null);
        }

        return error;
    }
}
