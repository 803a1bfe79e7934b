using System.Management.Automation.Language;
using Loky.Channel;
using Loky.Hosting;
using Loky.PowerShell.Serialization;
using Pwsh = System.Management.Automation.PowerShell;

namespace Loky.PowerShell.Runner;

/// <summary>Sends what a pipeline writes to other streams than its output, each record as it comes.</summary>
internal sealed class StreamSender(ScriptCallState call, RecordTarget target)
{
    private RecordEncoder? _writer;

    /// <summary>Gets what hears of each error that is sent, and whether it ended its item; null for nobody.</summary>
    public Action<ErrorRecord, bool>? OnError { get; init; }

    public void Attach(Pwsh shell, Func<bool> isWanted)
    {
        Forward(shell.Streams.Error, StreamRecordKind.Error, isWanted);
        Forward(shell.Streams.Warning, StreamRecordKind.Warning, isWanted);
        Forward(shell.Streams.Verbose, StreamRecordKind.Verbose, isWanted);
        Forward(shell.Streams.Debug, StreamRecordKind.Debug, isWanted);
        Forward(shell.Streams.Information, StreamRecordKind.Information, isWanted);
        Forward(shell.Streams.Progress, StreamRecordKind.Progress, isWanted);
    }

    public void Send(RecordKind kind, object record)
    {
        // The block goes on with its own invocation, which may be that of this error.
        var error = record as ErrorRecord;
        IScriptExtent? own = error?.InvocationInfo?.DisplayScriptPosition;
        if (error is not null)
        {
            call.Places.Place(error);
            OnError?.Invoke(error, kind == StreamRecordKind.Terminating);
        }

        // A record can carry an object whose encoding writes a record.
        RecordEncoder writer = Interlocked.Exchange(ref _writer, null) ?? new RecordEncoder(call);
        ReadOnlySpan<byte> bytes;
        try
        {
            bytes = writer.Encode(record);
        }
        catch (TaskSerializationException exception)
        {
            // What such a record says must not be lost with what it carries.
            kind = kind == StreamRecordKind.Terminating ? kind : StreamRecordKind.Error;
            bytes = writer.Encode(new ErrorRecord(
                new TaskSerializationException(record + Environment.NewLine + exception.Message), ErrorIds.Serialization, ErrorCategory.InvalidResult, null));
        }

        target(kind, bytes);
        writer.Clear();
        _writer = writer;
        if (error?.InvocationInfo is { } invocation)
        {
            invocation.DisplayScriptPosition = own;
        }
    }

    private void Forward<T>(PSDataCollection<T> stream, RecordKind kind, Func<bool> isWanted)
        where T : notnull
    {
        stream.DataAdded += (_, _) =>
        {
            foreach (T record in stream.ReadAll())
            {
                if (isWanted())
                {
                    Send(kind, record);
                }
            }
        };
    }
}
