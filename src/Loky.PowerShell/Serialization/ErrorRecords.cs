namespace Loky.PowerShell.Serialization;

/// <summary>Rebuilds what PowerShell sets on records only itself: the origin of an error. Where a PowerShell has other internals,
/// the record lacks it, but is a record all the same.</summary>
internal static class ErrorRecords
{
    public static ErrorRecord Create(in ErrorParts of, object? target)
    {
        if (RecordInternals.NewErrorRecord.New(
            of.Exception, target, of.Id, of.Category, of.Activity, of.Reason, of.TargetName, of.TargetType, null, of.Details, of.Action) is { } complete)
        {
            return complete;
        }

        var record = new ErrorRecord(of.Exception, of.Id, of.Category, target);
        record.CategoryInfo.Activity = of.Activity;
        record.CategoryInfo.Reason = of.Reason;
        record.CategoryInfo.TargetName = of.TargetName;
        record.CategoryInfo.TargetType = of.TargetType;
        if (of.Details is { } details)
        {
            record.ErrorDetails = new ErrorDetails(details) { RecommendedAction = of.Action };
        }

        return record;
    }

    public static void SetOrigin(ErrorRecord record, InvocationInfo? invocation, string? stackTrace)
    {
        RecordInternals.Invocation.Set(record, invocation);
        RecordInternals.StackTrace.Set(record, stackTrace);
    }

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
        var parts = new ErrorParts(
            record.Exception, record.FullyQualifiedErrorId, category.Category, category.Activity, category.Reason,
            category.TargetName, category.TargetType, record.ErrorDetails?.Message, record.ErrorDetails?.RecommendedAction);
        ErrorRecord other = Create(parts, target);
        SetOrigin(other, record.InvocationInfo, record.ScriptStackTrace);
        return other;
    }
}

/// <summary>What an error is made of, but for its target and where it was made.</summary>
internal readonly record struct ErrorParts(
    Exception Exception, string Id, ErrorCategory Category, string? Activity, string? Reason, string? TargetName, string? TargetType,
    string? Details, string? Action);
