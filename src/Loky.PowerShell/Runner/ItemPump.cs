using Loky.Channel;
using Loky.Hosting;
using Pwsh = System.Management.Automation.PowerShell;

namespace Loky.PowerShell.Runner;

/// <summary>What the two commands of the worker's pipeline share: one takes items and runs the scriptblock on each, the other
/// takes what comes out of it. Also listens to the other streams, so that each record is sent in its place.</summary>
internal sealed class ItemPump(WorkerSession session, ItemSource items, ScriptCallState call)
{
    private readonly RecordEncoder _output = new(call);

    // With a writer of its own, because to encode an object may run a script of the user, a script property say, which
    // may write to other streams: in the middle of the object.
    private readonly StreamSender _streams = new(call, items.Write) { OnError = (error, ends) => Note(items, error, ends) };

    public WorkerSession Session { get; } = session;

    public ItemSource Items { get; } = items;

    public ScriptCallState Call { get; } = call;

    /// <summary>Notes an error for the item's account; what a program writes to its standard error need not be one.</summary>
    private static void Note(ItemSource items, ErrorRecord error, bool ends)
    {
        if (items.Group.WantsAccounts && (ends || !IsOfProgram(error)))
        {
            // What was thrown as a text has that text as its identifier, which may be a value of the user's.
            bool isText = error.Exception is RuntimeException { WasThrownFromThrowStatement: true };
            items.NoteError(isText ? error.Exception.GetType().FullName : error.FullyQualifiedErrorId, ends);
        }
    }

    private static bool IsOfProgram(ErrorRecord error) => error.FullyQualifiedErrorId is "NativeCommandError" or "NativeCommandErrorMessage";

    public void Attach(Pwsh shell)
    {
        shell.AddCommand(new CmdletInfo("Invoke-LokyItem", typeof(InvokeItemCommand))).AddParameter("Pump", this);
        if (!OutputSink.IsSupported)
        {
            shell.AddCommand(new CmdletInfo("Write-LokyOutput", typeof(WriteOutputCommand))).AddParameter("Pump", this);
        }

        _streams.Attach(shell, () => Items.InItem);
    }

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
        _output.Clear();
    }

    public void WriteCallWarning(string warning) => _streams.Send(StreamRecordKind.CallWarning, warning);

    public void WriteError(ErrorRecord error) => _streams.Send(StreamRecordKind.Error, error);

    public void Fail(Exception exception)
    {
        ErrorRecord? record = (exception as IContainsErrorRecord)?.ErrorRecord;

        // An exception that has its own record is not in it: another stands for it there.
        _streams.Send(StreamRecordKind.Terminating, record switch
        {
            null => Errors.OfTask(exception, null),
            { Exception: ParentContainsErrorRecordException } => new ErrorRecord(record, exception),
            _ => record,
        });
    }
}
