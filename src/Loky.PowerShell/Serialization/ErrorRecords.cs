using System.Management.Automation;
using System.Reflection;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Rebuilds what PowerShell sets on records only itself: the origin of an error. Where a PowerShell has other
/// internals, the record lacks it, but is a record all the same.
/// </summary>
internal static class ErrorRecords
{
    // Whoever writes a record becomes its origin, unless this is set; remoting does so for the errors it brings.
    private static readonly PropertyInfo? PreserveOrigin = typeof(ErrorRecord)
        .GetProperty("PreserveInvocationInfoOnce", BindingFlags.Instance | BindingFlags.NonPublic);

    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly ConstructorInfo? Complete = typeof(ErrorRecord).GetConstructor(
        Instance,
        null,
        [
            typeof(Exception), typeof(object), typeof(string), typeof(ErrorCategory), typeof(string), typeof(string),
            typeof(string), typeof(string), typeof(string), typeof(string), typeof(string),
        ],
        null);

    private static readonly FieldInfo? StackTrace = typeof(ErrorRecord).GetField("_scriptStackTrace", Instance);
    private static readonly FieldInfo? Invocation = typeof(ErrorRecord).GetField("_invocationInfo", Instance);
    private static readonly FieldInfo? Target = typeof(ErrorRecord).GetField("_target", Instance);
    private static readonly MethodInfo? RecordInvocation = typeof(InformationalRecord).GetMethod("SetInvocationInfo", Instance);

    /// <summary>Makes an error record with its id and category as they were.</summary>
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
        if (Complete is not null)
        {
            return (ErrorRecord)Complete.Invoke(
                [exception, target, id, category, activity, reason, targetName, targetType, null, details, action]);
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

    /// <summary>Sets where an error was made.</summary>
    public static void SetOrigin(ErrorRecord record, InvocationInfo? invocation, string? stackTrace)
    {
        Invocation?.SetValue(record, invocation);
        StackTrace?.SetValue(record, stackTrace);
    }

    /// <summary>Sets the script trace of an error.</summary>
    public static void SetTrace(ErrorRecord record, string? stackTrace) => StackTrace?.SetValue(record, stackTrace);

    /// <summary>Keeps the command and the place that an error was made at through the next time that it is written.</summary>
    public static ErrorRecord WithOwnOrigin(this ErrorRecord record)
    {
        PreserveOrigin?.SetValue(record, true);
        return record;
    }

    /// <summary>Gives an error the object that it is about, and returns it.</summary>
    public static ErrorRecord WithTarget(this ErrorRecord record, object? target)
    {
        Target?.SetValue(record, target);
        return record;
    }

    /// <summary>Sets the object that an error is about.</summary>
    public static void SetTarget(ErrorRecord record, object target) => Target?.SetValue(record, target);

    /// <summary>Sets where a warning, verbose or debug record was made.</summary>
    public static void SetInvocation(InformationalRecord record, InvocationInfo invocation) =>
        RecordInvocation?.Invoke(record, [invocation]);
}
