using System.Management.Automation;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// The records of PowerShell's streams. Error: exception, id, category, activity, reason, target name, target type,
/// details, recommended action, script stack trace, position, target. Warning, verbose, debug: id, message, position.
/// Information: data, source, time, tags, user, computer, process, thread, native thread. Progress: its properties.
/// </summary>
internal static class PSRecordCodec
{
    /// <summary>Writes an error with another target object, or none, than its own.</summary>
    public static void WriteError(PSValueWriter writer, PooledBuffer buffer, ErrorRecord record, object? targetObject) =>
        writer.Run(buffer, record, (values, value) => WriteError(values, (ErrorRecord)value, targetObject));

    /// <summary>Reads an error. One that brings no target object gets <paramref name="targetObject"/>.</summary>
    public static ErrorRecord ReadError(PSValueReader values, ref WireReader reader, object? targetObject)
    {
        object? value = values.Read(ref reader);
        if (((value as PSObject)?.BaseObject ?? value) is not ErrorRecord record)
        {
            throw new WireFormatException(MessageText.Format(Messages.PSValueWrongType, value?.GetType(), typeof(ErrorRecord)));
        }

        return record.TargetObject is null && targetObject is not null ? record.WithTarget(targetObject) : record;
    }

    /// <summary>Writes an error as a value.</summary>
    public static void WriteErrorValue(PSValueWriter writer, object value) =>
        WriteError(writer, (ErrorRecord)value, ((ErrorRecord)value).TargetObject);

    /// <summary>Writes a warning, verbose or debug record.</summary>
    public static void WriteMessage(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var record = (InformationalRecord)value;
        writer.BeginComposite(
            value switch
            {
                WarningRecord => PSComposite.WarningRecord,
                VerboseRecord => PSComposite.VerboseRecord,
                _ => PSComposite.DebugRecord,
            },
            3);
        ScalarEncoders.WriteStringOrNil(writer, (value as WarningRecord)?.FullyQualifiedWarningId);
        ScalarEncoders.WriteStringOrNil(writer, record.Message);
        InvocationPosition.Write(writer, record.InvocationInfo);
        writer.Leave();
    }

    /// <summary>Reads a warning, verbose or debug record.</summary>
    public static InformationalRecord ReadMessage(ref WireReader reader, PSValueReader values, PSComposite kind)
    {
        string? id = PSValueReader.ReadText(ref reader);
        string message = PSValueReader.ReadText(ref reader) ?? string.Empty;
        InformationalRecord record = kind switch
        {
            PSComposite.WarningRecord => id is null ? new WarningRecord(message) : new WarningRecord(id, message),
            PSComposite.VerboseRecord => new VerboseRecord(message),
            _ => new DebugRecord(message),
        };
        if (InvocationPosition.Read(ref reader, values) is { } invocation)
        {
            ErrorRecords.SetInvocation(record, invocation);
        }

        return record;
    }

    /// <summary>Writes an information record.</summary>
    public static void WriteInformation(PSValueWriter writer, object value)
    {
        if (!writer.TryBeginLate(value, out int reference))
        {
            return;
        }

        var record = (InformationRecord)value;
        WireWriter output = writer.Out;
        writer.BeginComposite(PSComposite.InformationRecord, 9);
        writer.At(nameof(record.MessageData));
        writer.WriteValue(record.MessageData);
        ScalarEncoders.WriteStringOrNil(writer, record.Source);
        writer.WriteValue(record.TimeGenerated);
        output.WriteArrayHeader(record.Tags.Count);
        foreach (string tag in record.Tags)
        {
            ScalarEncoders.WriteStringOrNil(writer, tag);
        }

        ScalarEncoders.WriteStringOrNil(writer, record.User);
        ScalarEncoders.WriteStringOrNil(writer, record.Computer);
        output.Write(record.ProcessId);
        output.Write(record.ManagedThreadId);
        output.Write(record.NativeThreadId);
        writer.EndLate(value, reference);
        writer.Leave();
    }

    /// <summary>Reads an information record.</summary>
    public static InformationRecord ReadInformation(ref WireReader reader, PSValueReader values)
    {
        object? data = values.ReadValue(ref reader);
        var record = new InformationRecord(data, PSValueReader.ReadText(ref reader));
        record.TimeGenerated = values.ReadValue(ref reader) is DateTime time
            ? time
            : throw new FormatException(MessageText.Format(Messages.PSValueWrongType, null, typeof(DateTime)));
        int tags = reader.ReadArrayHeader();
        for (int i = 0; i < tags; i++)
        {
            record.Tags.Add(PSValueReader.ReadText(ref reader) ?? string.Empty);
        }

        record.User = PSValueReader.ReadText(ref reader);
        record.Computer = PSValueReader.ReadText(ref reader);
        record.ProcessId = checked((uint)reader.ReadUInt64());
        record.ManagedThreadId = checked((uint)reader.ReadUInt64());
        record.NativeThreadId = checked((uint)reader.ReadUInt64());
        return record;
    }

    /// <summary>Writes what <c>Write-Host</c> puts into an information record.</summary>
    public static void WriteHostMessage(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var message = (HostInformationMessage)value;
        WireWriter output = writer.Out;
        writer.BeginComposite(PSComposite.HostInformationMessage, 4);
        ScalarEncoders.WriteStringOrNil(writer, message.Message);
        writer.WriteValue(message.NoNewLine);
        WriteColor(output, message.ForegroundColor);
        WriteColor(output, message.BackgroundColor);
        writer.Leave();
    }

    /// <summary>Reads what <c>Write-Host</c> puts into an information record.</summary>
    public static HostInformationMessage ReadHostMessage(ref WireReader reader, PSValueReader values) => new()
    {
        Message = PSValueReader.ReadText(ref reader),
        NoNewLine = reader.TryReadNil() ? null : reader.ReadBoolean(),
        ForegroundColor = reader.TryReadNil() ? null : (ConsoleColor)(reader.ReadInt32() & 0x0f),
        BackgroundColor = reader.TryReadNil() ? null : (ConsoleColor)(reader.ReadInt32() & 0x0f),
    };

    /// <summary>Writes a progress record.</summary>
    public static void WriteProgress(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var record = (ProgressRecord)value;
        WireWriter output = writer.Out;
        writer.BeginComposite(PSComposite.ProgressRecord, 8);
        output.Write(record.ActivityId);
        output.Write(record.ParentActivityId);
        ScalarEncoders.WriteStringOrNil(writer, record.Activity);
        ScalarEncoders.WriteStringOrNil(writer, record.StatusDescription);
        ScalarEncoders.WriteStringOrNil(writer, record.CurrentOperation);
        output.Write(record.PercentComplete);
        output.Write(record.SecondsRemaining);
        output.Write((int)record.RecordType);
        writer.Leave();
    }

    /// <summary>Reads a progress record.</summary>
    public static ProgressRecord ReadProgress(ref WireReader reader, PSValueReader values)
    {
        int activity = reader.ReadInt32();
        int parent = reader.ReadInt32();
        string? name = PSValueReader.ReadText(ref reader);
        string? status = PSValueReader.ReadText(ref reader);

        // Both must have some text, which records that only end an activity often lack.
        var record = new ProgressRecord(activity, string.IsNullOrEmpty(name) ? " " : name, string.IsNullOrEmpty(status) ? " " : status)
        {
            ParentActivityId = parent,
            CurrentOperation = PSValueReader.ReadText(ref reader),
            PercentComplete = Math.Min(reader.ReadInt32(), 100),
            SecondsRemaining = reader.ReadInt32(),
            RecordType = reader.ReadInt32() == (int)ProgressRecordType.Completed
                ? ProgressRecordType.Completed
                : ProgressRecordType.Processing,
        };
        return record;
    }

    private static void WriteError(PSValueWriter writer, ErrorRecord record, object? targetObject)
    {
        if (!writer.TryBeginLate(record, out int reference))
        {
            return;
        }

        WireWriter output = writer.Out;
        ErrorCategoryInfo category = record.CategoryInfo;
        writer.BeginComposite(PSComposite.ErrorRecord, 12);
        writer.At(nameof(record.Exception));
        writer.WriteValue(ExceptionOf(writer, record));
        ScalarEncoders.WriteStringOrNil(writer, record.FullyQualifiedErrorId);
        output.Write((int)category.Category);
        ScalarEncoders.WriteStringOrNil(writer, category.Activity);
        ScalarEncoders.WriteStringOrNil(writer, category.Reason);
        ScalarEncoders.WriteStringOrNil(writer, category.TargetName);
        ScalarEncoders.WriteStringOrNil(writer, category.TargetType);
        ScalarEncoders.WriteStringOrNil(writer, record.ErrorDetails?.Message);
        ScalarEncoders.WriteStringOrNil(writer, record.ErrorDetails?.RecommendedAction);
        ScalarEncoders.WriteStringOrNil(writer, record.ScriptStackTrace);
        InvocationPosition.Write(writer, record.InvocationInfo);
        writer.At(nameof(record.TargetObject));
        writer.EndLate(record, reference);
        writer.DepthLeft--;
        writer.WriteValue(targetObject);
        writer.DepthLeft++;
        writer.Leave();
    }

    /// <summary>Gets the exception of an error, or where the error is in the data of that, one with its message.</summary>
    private static Exception ExceptionOf(PSValueWriter writer, ErrorRecord record) =>
        writer.IsPending(record.Exception) ? new ParentContainsErrorRecordException(record.Exception.Message) : record.Exception;

    /// <summary>Reads an error as a value.</summary>
    public static ErrorRecord ReadErrorValue(ref WireReader reader, PSValueReader values, int slot)
    {
        object? read = values.ReadValue(ref reader);
        Exception exception = read as Exception ?? (read as PSObject)?.BaseObject as Exception
            ?? throw new FormatException(MessageText.Format(Messages.PSValueWrongType, read?.GetType(), typeof(Exception)));
        string id = PSValueReader.ReadText(ref reader) ?? string.Empty;
        int category = reader.ReadInt32();
        string? activity = PSValueReader.ReadText(ref reader);
        string? reason = PSValueReader.ReadText(ref reader);
        string? targetName = PSValueReader.ReadText(ref reader);
        string? targetType = PSValueReader.ReadText(ref reader);
        string? details = PSValueReader.ReadText(ref reader);
        string? action = PSValueReader.ReadText(ref reader);
        string? stack = PSValueReader.ReadText(ref reader);
        InvocationInfo? invocation = InvocationPosition.Read(ref reader, values);
        ErrorRecord record = ErrorRecords.Create(
            exception, null, id, (ErrorCategory)category, activity, reason, targetName, targetType, details, action);
        ErrorRecords.SetOrigin(record, invocation, stack);

        // The object that an error is about may be one that holds the error.
        values.SetReference(slot, record);
        return record.WithTarget(values.ReadValue(ref reader));
    }

    private static void WriteColor(WireWriter output, ConsoleColor? color)
    {
        if (color is { } value)
        {
            output.Write((int)value);
        }
        else
        {
            output.WriteNil();
        }
    }
}
