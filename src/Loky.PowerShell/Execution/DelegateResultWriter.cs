using Loky.Channel;
using Loky.Wire;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Execution;

/// <summary>Decodes the results of delegate items.</summary>
internal sealed class DelegateResultWriter(IResultStreams streams, DelegateTask task) : IResultWriter
{
    /// <inheritdoc/>
    public void Dispose()
    {
        // It holds nothing.
    }

    /// <inheritdoc/>
    public void WriteRecord(RecordKind kind, ReadOnlyMemory<byte> value, object? item)
    {
        var reader = new WireReader(value);
        switch (kind)
        {
            case RecordKind.Output when task.HasResult:
                streams.WriteOutput(task.ReadResult(ref reader), item);
                break;
            case RecordKind.Failed:
                streams.WriteFailure(Errors.OfTask(RemoteExceptions.OfCore(task.ReadFailure(ref reader)), streams.TargetOf(item)), item);
                break;
            case RecordKind.Cancelled:
                streams.CancelItem(item);
                break;
        }
    }
}
