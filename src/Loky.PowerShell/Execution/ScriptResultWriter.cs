using Loky.Channel;
using Loky.Hosting;
using Loky.PowerShell.Converters;
using Loky.PowerShell.Runner;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Execution;

/// <summary>Decodes the records of scriptblock items; the call's language mode holds for scripts among them, and files refer to
/// the drives and providers of the session.</summary>
internal sealed class ScriptResultWriter(
    IResultStreams streams, Serialization.KnownTypes types, ConverterTable? converters, PSLanguageMode mode, SessionState session) : IResultWriter
{
    private readonly PSReadSession _reader = new() { KnownTypes = types, ScriptMode = mode, Session = session, Converters = converters };
    private string? _callWarning;

    public void WriteRecord(RecordKind kind, ReadOnlyMemory<byte> value, object? item)
    {
        var reader = new WireReader(value);
        switch (kind)
        {
            case RecordKind.Output:
                streams.WriteOutput(_reader.Read(ref reader), item);
                break;
            case RecordKind.Failed:
                Exception exception = PSExceptionFormatter.OfCore(DelegateRunner.Exceptions.ReadException(ref reader, TypePolicy.DeclaredOnly));
                streams.WriteFailure(Errors.OfTask(exception, streams.TargetOf(item)), item);
                break;
            case RecordKind.Cancelled:
                streams.CancelItem(item);
                break;
            case StreamRecordKind.Error:
                streams.WriteError(ReadError(ref reader, item), item);
                break;
            case StreamRecordKind.Terminating:
                streams.WriteFailure(ReadError(ref reader, item), item);
                break;
            case StreamRecordKind.Warning:
                streams.WriteWarning(Read<WarningRecord>(ref reader), item);
                break;
            case StreamRecordKind.Verbose:
                streams.WriteVerbose(Read<VerboseRecord>(ref reader), item);
                break;
            case StreamRecordKind.Debug:
                streams.WriteDebug(Read<DebugRecord>(ref reader), item);
                break;
            case StreamRecordKind.Information:
                streams.WriteInformation(Read<InformationRecord>(ref reader), item);
                break;
            case StreamRecordKind.Progress:
                streams.WriteProgress(Read<ProgressRecord>(ref reader), item);
                break;
            case StreamRecordKind.CallWarning:
                WriteCallWarning(Read<string>(ref reader));
                break;
            case StreamRecordKind.CallFailure:
                throw CallFailedException.Of(Read<ErrorRecord>(ref reader));
            default:
                throw new ProtocolException(MessageText.Format(Loky.Messages.RecordUnknownKind, kind));
        }

        if (kind != RecordKind.Cancelled)
        {
            reader.EnsureEnd();
        }
    }

    public void Dispose() => converters?.Dispose();

    /// <summary>All workers say the same, which the user wants to read once.</summary>
    private void WriteCallWarning(string warning)
    {
        if (warning != _callWarning)
        {
            _callWarning = warning;
            streams.WriteCallWarning(warning);
        }
    }

    private ErrorRecord ReadError(ref WireReader reader, object? item)
    {
        ErrorRecord record = Read<ErrorRecord>(ref reader);
        if (TestFailures.Is(record))
        {
            // Pester reads the place of the assertion out of the target.
            return record;
        }

        record = record.WithTarget(streams.TargetOf(item));

        // One that no command of the block has made is an error of the command that shows it.
        return record.InvocationInfo is null ? record : record.WithOwnOrigin();
    }

    private T Read<T>(ref WireReader reader)
        where T : class
    {
        object? value = _reader.Read(ref reader);
        return (value as PSObject)?.BaseObject as T ?? value as T
            ?? throw new ProtocolException(MessageText.Format(Messages.PSValueWrongType, value?.GetType(), typeof(T)));
    }
}
