using System.Management.Automation;
using Loky.Channel;
using Loky.MessagePack;

namespace Loky.PowerShell.Execution;

/// <summary>Writes the results of delegate items to the streams of a cmdlet.</summary>
internal sealed class DelegateResultWriter(PSCmdlet cmdlet, DelegateTask task) : IResultWriter
{
    /// <inheritdoc/>
    public void WriteRecord(RecordKind kind, ReadOnlySpan<byte> value, object? item)
    {
        var reader = new MessagePackReader(value);
        switch (kind)
        {
            case RecordKind.Output when task.HasResult:
                cmdlet.WriteObject(task.ReadResult(ref reader), enumerateCollection: false);
                break;
            case RecordKind.Failed:
                cmdlet.WriteError(Errors.OfTask(task.ReadFailure(ref reader), item));
                break;
        }
    }

    /// <inheritdoc/>
    public void WriteLost(Exception cause, object? item) => cmdlet.WriteError(Errors.OfLostItem(cause, item));

    /// <inheritdoc/>
    public void WriteWarning(string warning) => cmdlet.WriteWarning(warning);

    /// <inheritdoc/>
    public void WriteUnreadable(Exception cause, object? item) => cmdlet.WriteError(Errors.OfCall(cause, item));
}
