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

    public object? TargetOf(object? item) => (item as LokyChildJob)?.Item;

    public void BeginItem(object? item, string? host) => (item as LokyChildJob)?.Begin(host);

    public void WriteOutput(object? value, object? item) => StreamsOf(item).Add(StreamsOf(item).Output, value is null ? null! : PSObject.AsPSObject(value));

    public void WriteError(ErrorRecord error, object? item) => StreamsOf(item).Add(StreamsOf(item).Error, error);

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

    public void WriteWarning(WarningRecord warning, object? item) => StreamsOf(item).Add(StreamsOf(item).Warning, warning);

    public void WriteVerbose(VerboseRecord message, object? item) => StreamsOf(item).Add(StreamsOf(item).Verbose, message);

    public void WriteDebug(DebugRecord message, object? item) => StreamsOf(item).Add(StreamsOf(item).Debug, message);

    public void WriteInformation(InformationRecord information, object? item) => StreamsOf(item).Add(StreamsOf(item).Information, information);

    public void WriteProgress(ProgressRecord progress, object? item) => StreamsOf(item).Add(StreamsOf(item).Progress, progress);

    public void CancelItem(object? item) => (item as LokyChildJob)?.Cancel();

    public void EndItem(object? item) => (item as LokyChildJob)?.End();

    public void WriteCallWarning(string warning) => job.Add(job.Warning, new WarningRecord(warning));

    public void WriteCallError(ErrorRecord error) => job.Add(job.Error, WithOrigin(error));

    /// <summary>What belongs to no item is a matter of the whole job.</summary>
    private LokyJobBase StreamsOf(object? item) => item as LokyJobBase ?? job;

    /// <summary>The cmdlet that writes an error made here would complete its identifier, and tell its place.</summary>
    private ErrorRecord WithOrigin(ErrorRecord error)
    {
        if (error.InvocationInfo is null)
        {
            ErrorRecords.SetOrigin(error, origin, stackTrace: null);
        }

        return error;
    }
}
