namespace Loky.PowerShell.Serialization;

/// <summary>Rebuilds what PowerShell sets on records only itself: the origin of an error. Where a PowerShell has other internals,
/// the record lacks it, but is a record all the same.</summary>
internal static class ErrorRecords
{
    public static ErrorRecord Create(
        Exception exception,
        object? target,
        string id,
        ErrorCategory category,
        string? activity,
        string? reason,
        string? targetName,
        string? targetType,
        string? details,
        string? action)
    {
        if (RecordInternals.NewErrorRecord.New(exception, target, id, category, activity, reason, targetName, targetType, null, details, action) is { } complete)
        {
            return complete;
        }

        var record = new ErrorRecord(exception, id, category, target);
        record.CategoryInfo.Activity = activity;
        record.CategoryInfo.Reason = reason;
        record.CategoryInfo.TargetName = targetName;
        record.CategoryInfo.TargetType = targetType;
        if (details is not null)
        {
            record.ErrorDetails = new ErrorDetails(details) { RecommendedAction = action };
        }

        return record;
    }

    public static void SetOrigin(ErrorRecord record, InvocationInfo? invocation, string? stackTrace)
    {
        RecordInternals.Invocation.Set(record, invocation);
        RecordInternals.StackTrace.Set(record, stackTrace);
    }

    public static void SetTrace(ErrorRecord record, string? stackTrace) => RecordInternals.StackTrace.Set(record, stackTrace);

    /// <summary>Keeps the command and the place that an error was made at through the next time that it is written.</summary>
    public static ErrorRecord WithOwnOrigin(this ErrorRecord record)
    {
        // Whoever writes a record becomes its origin, unless this is set; remoting does so for the errors it brings.
        RecordInternals.PreserveOrigin.Set(record, true);
        return record;
    }

    /// <summary>Returns the error with its new target, or where that cannot be set another that is the same but for it.</summary>
    public static ErrorRecord WithTarget(this ErrorRecord record, object? target)
    {
        if (target == record.TargetObject || RecordInternals.Target.Set(record, target))
        {
            return record;
        }

        ErrorCategoryInfo category = record.CategoryInfo;
        ErrorRecord other = Create(
            record.Exception,
            target,
            record.FullyQualifiedErrorId,
            category.Category,
            category.Activity,
            category.Reason,
            category.TargetName,
            category.TargetType,
            record.ErrorDetails?.Message,
            record.ErrorDetails?.RecommendedAction);
        SetOrigin(other, record.InvocationInfo, record.ScriptStackTrace);
        return other;
    }

    public static void SetInvocation(InformationalRecord record, InvocationInfo invocation) =>
        RecordInternals.SetInvocation.Invoke(record, invocation);
}
