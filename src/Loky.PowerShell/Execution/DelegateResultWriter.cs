using Loky.Channel;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Execution;

internal sealed class DelegateResultWriter(IResultStreams streams, DelegateTask task, SessionState session) : IResultWriter
{
    // Only the preparation of a worker writes records of a session.
    private readonly ScriptResultWriter _session = new(streams, new Serialization.KnownTypes(), converters: null, PSLanguageMode.FullLanguage, session);

    public void Dispose()
    {
        // It holds nothing.
    }

    public void WriteRecord(RecordKind kind, ReadOnlyMemory<byte> value, object? item)
    {
        var reader = new WireReader(value);
        switch (kind)
        {
            case RecordKind.Output when task.HasResult:
                streams.WriteOutput(task.ReadResult(ref reader), item);
                reader.EnsureEnd();
                break;
            case RecordKind.Failed:
                streams.WriteFailure(Errors.OfTask(PSExceptionFormatter.OfCore(task.ReadFailure(ref reader)), streams.TargetOf(item)), item);
                break;
            case RecordKind.Cancelled:
                streams.CancelItem(item);
                break;
            case >= RecordKind.FirstStream:
                _session.WriteRecord(kind, value, item);
                break;
        }
    }
}
