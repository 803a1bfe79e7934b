using System.Management.Automation;
using Loky.Channel;
using Loky.Hosting;
using Loky.MessagePack;
using Loky.PowerShell.Runner;
using Loky.PowerShell.Serialization;
using Loky.Serialization;

namespace Loky.PowerShell.Execution;

/// <summary>Writes the records of scriptblock items to the streams of a cmdlet.</summary>
internal sealed class CmdletResultWriter(PSCmdlet cmdlet, Serialization.KnownTypes types) : IResultWriter
{
    private readonly PSValueReader _reader = new() { KnownTypes = types, Session = cmdlet.SessionState };
    private bool _streamsOpen;

    /// <inheritdoc/>
    public void WriteRecord(RecordKind kind, ReadOnlySpan<byte> value, object? item)
    {
        var reader = new MessagePackReader(value);
        switch (kind)
        {
            case RecordKind.Output:
                cmdlet.WriteObject(_reader.Read(ref reader), enumerateCollection: false);
                break;
            case RecordKind.Failed:
                cmdlet.WriteError(Errors.OfTask(DelegateRunner.Exceptions.Read(ref reader, TypePolicy.DeclaredOnly), item));
                break;
            case RecordKind.Cancelled:
                break;
            case StreamRecordKind.Error:
                cmdlet.WriteError(Read<ErrorRecord>(ref reader).WithTarget(item).WithOwnOrigin());
                break;
            case StreamRecordKind.Warning:
                cmdlet.WriteWarning(Read<WarningRecord>(ref reader).Message);
                break;
            case StreamRecordKind.Verbose:
                OpenStreams();
                cmdlet.WriteVerbose(Read<VerboseRecord>(ref reader).Message);
                break;
            case StreamRecordKind.Debug:
                OpenStreams();
                cmdlet.WriteDebug(Read<DebugRecord>(ref reader).Message);
                break;
            case StreamRecordKind.Information:
                cmdlet.WriteInformation(Read<InformationRecord>(ref reader));
                break;
            case StreamRecordKind.Progress:
                cmdlet.WriteProgress(Read<ProgressRecord>(ref reader));
                break;
            default:
                throw new ProtocolException(MessageText.Format(Messages.RecordUnknownKind, kind));
        }
    }

    /// <inheritdoc/>
    public void WriteLost(Exception cause, object? item) => cmdlet.WriteError(Errors.OfLostItem(cause, item));

    /// <inheritdoc/>
    public void WriteWarning(string warning) => cmdlet.WriteWarning(warning);

    /// <inheritdoc/>
    public void WriteUnreadable(Exception cause, object? item) => cmdlet.WriteError(Errors.OfCall(cause, item));

    private void OpenStreams()
    {
        if (!_streamsOpen)
        {
            _streamsOpen = true;
            StreamSwitches.Open(cmdlet);
        }
    }

    private T Read<T>(ref MessagePackReader reader)
        where T : class
    {
        object? value = _reader.Read(ref reader);
        return (value as PSObject)?.BaseObject as T ?? value as T
            ?? throw new ProtocolException(MessageText.Format(Messages.PSValueWrongType, value?.GetType(), typeof(T)));
    }
}
