using System.Management.Automation;
using System.Management.Automation.Language;
using Loky.Channel;
using Loky.Hosting;
using Loky.PowerShell.Serialization;
using Pwsh = System.Management.Automation.PowerShell;

namespace Loky.PowerShell.Runner;

/// <summary>
/// What the two commands of the worker's pipeline share: one takes items and runs the scriptblock on each, the other
/// takes what comes out of it. Also listens to the other streams, so that each record is sent in its place.
/// </summary>
internal sealed class ItemPump(ItemSource items, ScriptCallState call)
{
    private readonly RecordEncoder _output = new(call);

    // Another, because to encode an object may run a script of the user, a script property say, which may write to
    // other streams: in the middle of the object.
    private RecordEncoder? _records;

    /// <summary>Gets the items to run.</summary>
    public ItemSource Items { get; } = items;

    /// <summary>Gets what the items have in common.</summary>
    public ScriptCallState Call { get; } = call;

    /// <summary>Builds the pipeline in <paramref name="shell"/>.</summary>
    public void Attach(Pwsh shell)
    {
        shell.AddCommand(new CmdletInfo("Invoke-LokyItem", typeof(InvokeItemCommand))).AddParameter("Pump", this);
        if (!OutputSink.IsSupported)
        {
            shell.AddCommand(new CmdletInfo("Write-LokyOutput", typeof(WriteOutputCommand))).AddParameter("Pump", this);
        }

        Forward(shell.Streams.Error, StreamRecordKind.Error);
        Forward(shell.Streams.Warning, StreamRecordKind.Warning);
        Forward(shell.Streams.Verbose, StreamRecordKind.Verbose);
        Forward(shell.Streams.Debug, StreamRecordKind.Debug);
        Forward(shell.Streams.Information, StreamRecordKind.Information);
        Forward(shell.Streams.Progress, StreamRecordKind.Progress);
    }

    /// <summary>Sends an output object of the current item.</summary>
    public void WriteOutput(object? value)
    {
        ReadOnlySpan<byte> record;
        try
        {
            record = _output.Encode(value);
        }
        catch (TaskSerializationException exception)
        {
            WriteError(new ErrorRecord(exception, ErrorIds.Serialization, ErrorCategory.InvalidResult, null));
            return;
        }

        Items.Write(RecordKind.Output, record);
    }

    /// <summary>Sends a warning that concerns the whole call.</summary>
    public void WriteCallWarning(string warning) => Send(StreamRecordKind.CallWarning, warning);

    /// <summary>Sends an error record of the current item.</summary>
    public void WriteError(ErrorRecord error) => Send(StreamRecordKind.Error, error);

    /// <summary>Sends what ended the current item before its end.</summary>
    public void Fail(Exception exception)
    {
        ErrorRecord? record = (exception as IContainsErrorRecord)?.ErrorRecord;

        // An exception that has its own record is not in it: another stands for it there.
        Send(StreamRecordKind.Terminating, record switch
        {
            null => Errors.OfTask(exception, null),
            { Exception: ParentContainsErrorRecordException } => new ErrorRecord(record, exception),
            _ => record,
        });
    }

    private void Forward<T>(PSDataCollection<T> stream, RecordKind kind)
        where T : notnull
    {
        stream.DataAdded += (_, _) =>
        {
            foreach (T record in stream.ReadAll())
            {
                if (Items.InItem)
                {
                    Send(kind, record);
                }
            }
        };
    }

    private void Send(RecordKind kind, object record)
    {
        // The block goes on with its own invocation, which may be that of this error.
        var error = record as ErrorRecord;
        IScriptExtent? own = error?.InvocationInfo?.DisplayScriptPosition;
        if (error is not null)
        {
            Call.Places.Place(error);
            ErrorRecords.SetTrace(error, Call.Places.Place(error.ScriptStackTrace));
        }

        // A record can carry an object whose encoding writes a record.
        RecordEncoder encoder = Interlocked.Exchange(ref _records, null) ?? new RecordEncoder(Call);
        ReadOnlySpan<byte> bytes;
        try
        {
            bytes = encoder.Encode(record);
        }
        catch (TaskSerializationException exception)
        {
            // What such a record says must not be lost with what it carries.
            kind = kind == StreamRecordKind.Terminating ? kind : StreamRecordKind.Error;
            bytes = encoder.Encode(new ErrorRecord(
                new TaskSerializationException(record + Environment.NewLine + exception.Message), ErrorIds.Serialization, ErrorCategory.InvalidResult, null));
        }

        Items.Write(kind, bytes);
        _records = encoder;
        if (error?.InvocationInfo is { } invocation)
        {
            invocation.DisplayScriptPosition = own;
        }
    }
}
