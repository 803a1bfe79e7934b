namespace Loky.PowerShell.Serialization;

/// <summary>The records of PowerShell's streams. Error: exception, id, category, activity, reason, target name, target type,
/// details, recommended action, script stack trace, position, target. Warning, verbose, debug: id, message, position.
/// Information: data, source, time, tags, user, computer, process, thread, native thread. Progress: its properties.</summary>
internal static class RecordFormatter
{
    public static void WriteError(PSWriteSession session, PooledBuffer buffer, ErrorRecord record, object? targetObject) =>
        session.Run(buffer, record, (session, value) => WriteError(session, (ErrorRecord)value, targetObject));

    public static void WriteErrorValue(PSWriteSession session, object value) =>
        WriteError(session, (ErrorRecord)value, ((ErrorRecord)value).TargetObject);

    public static void WriteMessage(PSWriteSession session, object value)
    {
        PSComposite kind = value switch
        {
            WarningRecord => PSComposite.WarningRecord,
            VerboseRecord => PSComposite.VerboseRecord,
            _ => PSComposite.DebugRecord,
        };
        session.WriteComposite((InformationalRecord)value, kind, 3, static (session, record) =>
        {
            StringFormatter.Write(session.Writer, (record as WarningRecord)?.FullyQualifiedWarningId);
            StringFormatter.Write(session.Writer, record.Message);
            InvocationPosition.Write(session, record.InvocationInfo);
        });
    }

    public static InformationalRecord ReadMessage(ref WireReader reader, PSReadSession session, PSComposite kind)
    {
        string? id = StringFormatter.Read(ref reader);
        string message = StringFormatter.Read(ref reader) ?? string.Empty;
        InformationalRecord record = kind switch
        {
            PSComposite.WarningRecord => id is null ? new WarningRecord(message) : new WarningRecord(id, message),
            PSComposite.VerboseRecord => new VerboseRecord(message),
            _ => new DebugRecord(message),
        };
        if (InvocationPosition.Read(ref reader, session) is { } invocation)
        {
            RecordInternals.SetInvocation.Invoke(record, invocation);
        }

        return record;
    }

    public static void WriteInformation(PSWriteSession session, object value)
    {
        if (!session.TryBeginLate(value, out int reference))
        {
            return;
        }

        var record = (InformationRecord)value;
        session.BeginComposite(PSComposite.InformationRecord, 9);
        session.At(nameof(record.MessageData));
        session.WriteValue(record.MessageData);
        StringFormatter.Write(session.Writer, record.Source);
        session.WriteValue(record.TimeGenerated);
        session.Writer.WriteArrayHeader(record.Tags.Count);
        foreach (string tag in record.Tags)
        {
            StringFormatter.Write(session.Writer, tag);
        }

        StringFormatter.Write(session.Writer, record.User);
        StringFormatter.Write(session.Writer, record.Computer);
        session.Writer.Write(record.ProcessId);
        session.Writer.Write(record.ManagedThreadId);
        session.Writer.Write(record.NativeThreadId);
        session.EndLate(value, reference);
        session.Leave();
    }

    public static InformationRecord ReadInformation(ref WireReader reader, PSReadSession session)
    {
        object? data = session.ReadValue(ref reader);
        var record = new InformationRecord(data, StringFormatter.Read(ref reader));
        record.TimeGenerated = session.Require<DateTime>(ref reader);
        int tags = reader.ReadArrayHeader();
        for (int i = 0; i < tags; i++)
        {
            record.Tags.Add(StringFormatter.Read(ref reader) ?? string.Empty);
        }

        record.User = StringFormatter.Read(ref reader);
        record.Computer = StringFormatter.Read(ref reader);
        record.ProcessId = checked((uint)reader.ReadUInt64());
        record.ManagedThreadId = checked((uint)reader.ReadUInt64());
        record.NativeThreadId = checked((uint)reader.ReadUInt64());
        return record;
    }

    public static void WriteHostMessage(PSWriteSession session, object value) =>
        session.WriteComposite((HostInformationMessage)value, PSComposite.HostInformationMessage, 4, static (session, message) =>
        {
            StringFormatter.Write(session.Writer, message.Message);
            session.WriteValue(message.NoNewLine);
            session.WriteValue((int?)message.ForegroundColor);
            session.WriteValue((int?)message.BackgroundColor);
        });

    public static HostInformationMessage ReadHostMessage(ref WireReader reader, PSReadSession session) => new()
    {
        Message = StringFormatter.Read(ref reader),
        NoNewLine = reader.TryReadNil() ? null : reader.ReadBoolean(),
        ForegroundColor = reader.TryReadNil() ? null : (ConsoleColor)(reader.ReadInt32() & 0x0f),
        BackgroundColor = reader.TryReadNil() ? null : (ConsoleColor)(reader.ReadInt32() & 0x0f),
    };

    public static void WriteProgress(PSWriteSession session, object value) =>
        session.WriteComposite((ProgressRecord)value, PSComposite.ProgressRecord, 8, static (session, record) =>
        {
            WireWriter output = session.Writer;
            output.Write(record.ActivityId);
            output.Write(record.ParentActivityId);
            StringFormatter.Write(output, record.Activity);
            StringFormatter.Write(output, record.StatusDescription);
            StringFormatter.Write(output, record.CurrentOperation);
            output.Write(record.PercentComplete);
            output.Write(record.SecondsRemaining);
            output.Write((int)record.RecordType);
        });

    public static ProgressRecord ReadProgress(ref WireReader reader, PSReadSession session)
    {
        int activity = reader.ReadInt32();
        int parent = reader.ReadInt32();
        string? name = StringFormatter.Read(ref reader);
        string? status = StringFormatter.Read(ref reader);

        // Both must have some text, which records that only end an activity often lack.
        return new ProgressRecord(activity, string.IsNullOrEmpty(name) ? " " : name, string.IsNullOrEmpty(status) ? " " : status)
        {
            ParentActivityId = parent,
            CurrentOperation = StringFormatter.Read(ref reader),
            PercentComplete = Math.Min(reader.ReadInt32(), 100),
            SecondsRemaining = reader.ReadInt32(),
            RecordType = reader.ReadInt32() == (int)ProgressRecordType.Completed
                ? ProgressRecordType.Completed
                : ProgressRecordType.Processing,
        };
    }

    private static void WriteError(PSWriteSession session, ErrorRecord record, object? targetObject)
    {
        if (!session.TryBeginLate(record, out int reference))
        {
            return;
        }

        ErrorCategoryInfo category = record.CategoryInfo;
        session.BeginComposite(PSComposite.ErrorRecord, 12);
        session.At(nameof(record.Exception));

        // Where the error is in the data of its exception, another with the message of that.
        session.WriteValue(session.IsPending(record.Exception) ? new ParentContainsErrorRecordException(record.Exception.Message) : record.Exception);
        StringFormatter.Write(session.Writer, record.FullyQualifiedErrorId);
        session.Writer.Write((int)category.Category);
        StringFormatter.Write(session.Writer, category.Activity);
        StringFormatter.Write(session.Writer, category.Reason);
        StringFormatter.Write(session.Writer, category.TargetName);
        StringFormatter.Write(session.Writer, category.TargetType);
        StringFormatter.Write(session.Writer, record.ErrorDetails?.Message);
        StringFormatter.Write(session.Writer, record.ErrorDetails?.RecommendedAction);
        StringFormatter.Write(session.Writer, record.ScriptStackTrace);
        InvocationPosition.Write(session, record.InvocationInfo);
        session.At(nameof(record.TargetObject));
        session.EndLate(record, reference);
        session.WriteAtDepth(session.DepthLeft - 1, targetObject);
        session.Leave();
    }

    public static ErrorRecord ReadErrorValue(ref WireReader reader, PSReadSession session, int slot)
    {
        var parts = new ErrorParts(
            session.Require<Exception>(ref reader),
            Id: StringFormatter.Read(ref reader) ?? string.Empty,
            (ErrorCategory)reader.ReadInt32(),
            Activity: StringFormatter.Read(ref reader),
            Reason: StringFormatter.Read(ref reader),
            TargetName: StringFormatter.Read(ref reader),
            TargetType: StringFormatter.Read(ref reader),
            Details: StringFormatter.Read(ref reader),
            Action: StringFormatter.Read(ref reader));
        string? stack = StringFormatter.Read(ref reader);
        InvocationInfo? invocation = InvocationPosition.Read(ref reader, session);
        ErrorRecord record = ErrorRecords.Create(parts, target: null);
        ErrorRecords.SetOrigin(record, invocation, stack);

        // The object that an error is about may be one that holds the error.
        session.Register(slot, record);
        return record.WithTarget(session.ReadValue(ref reader));
    }
}
