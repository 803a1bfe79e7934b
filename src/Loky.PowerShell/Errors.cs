using Loky.Channel;
using Loky.Runs;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Converters;
using Loky.PowerShell.Execution;
using Loky.PowerShell.Hosts;

namespace Loky.PowerShell;

/// <summary>Makes the module's error records: each with its identifier, its category and the object concerned.</summary>
internal static class Errors
{
    public static ErrorRecord OfTask(Exception exception, object? item) => exception switch
    {
        TaskSerializationException => new ErrorRecord(exception, ErrorIds.Serialization, ErrorCategory.InvalidData, item),
        CaptureException capture => new ErrorRecord(exception, capture.ErrorId, capture.Category, item),
        _ => new ErrorRecord(exception, ErrorIds.TaskFailed, ErrorCategory.NotSpecified, item),
    };

    public static ErrorRecord OfLostItem(Exception cause, object? item)
    {
        (string id, ErrorCategory category) = cause switch
        {
            TaskTimeoutException => (ErrorIds.TaskTimeout, ErrorCategory.OperationTimeout),
            ShutdownExecutorException => (ErrorIds.ShutdownExecutor, ErrorCategory.OperationStopped),
            _ => (ErrorIds.WorkerTerminated, ErrorCategory.ResourceUnavailable),
        };

        // A job that runs once has no item to name.
        return new ErrorRecord(cause, id, category, item)
        {
            ErrorDetails = item is null ? null : new ErrorDetails(MessageText.Format(Messages.ItemFailed, Describe(item), cause.Message)),
        };
    }

    public static ErrorRecord OfCall(Exception exception, object? target = null)
    {
        if (exception is CallFailedException failed)
        {
            return failed.Error;
        }

        if (exception is RunLogException log)
        {
            return OfLog(log);
        }

        (string id, ErrorCategory category) = exception switch
        {
            ArgumentOutOfRangeException { ParamName: nameof(ExecutorOptions.MaxWorkers) } => (ErrorIds.InvalidMaxWorkers, ErrorCategory.InvalidArgument),
            ArgumentOutOfRangeException { ParamName: nameof(ExecutorOptions.Environment) } => (ErrorIds.InvalidEnvironment, ErrorCategory.InvalidArgument),
            ArgumentOutOfRangeException { ParamName: nameof(ExecutorOptions.MaxTasksPerWorker) or nameof(ExecutorOptions.ThreadsPerWorker) } => (ErrorIds.InvalidCount, ErrorCategory.InvalidArgument),
            ArgumentOutOfRangeException { ParamName: nameof(ExecutorOptions.MaxWorkerMemory) } => (ErrorIds.InvalidMemory, ErrorCategory.InvalidArgument),
            HostFormatException => (ErrorIds.InvalidHost, ErrorCategory.InvalidArgument),
            ArgumentOutOfRangeException => (ErrorIds.InvalidTimeout, ErrorCategory.InvalidArgument),
            HostConnectionException => (ErrorIds.HostConnection, ErrorCategory.ConnectionError),
            BrokenExecutorException => (ErrorIds.BrokenExecutor, ErrorCategory.ResourceUnavailable),
            ShutdownExecutorException => (ErrorIds.ShutdownExecutor, ErrorCategory.OperationStopped),
            LokyRecursionException => (ErrorIds.Recursion, ErrorCategory.LimitsExceeded),
            TaskSerializationException => (ErrorIds.Serialization, ErrorCategory.InvalidData),
            LanguageModeException => (ErrorIds.LanguageMode, ErrorCategory.PermissionDenied),
            ConverterException => (ErrorIds.InvalidConverter, ErrorCategory.InvalidArgument),
            CaptureException capture => (capture.ErrorId, capture.Category),
            FileNotFoundException => (ErrorIds.HostNotFound, ErrorCategory.ObjectNotFound),
            ProtocolException or WireFormatException => (ErrorIds.MalformedResult, ErrorCategory.InvalidResult),
            _ => (ErrorIds.TaskFailed, ErrorCategory.NotSpecified),
        };
        return new ErrorRecord(exception, id, category, target);
    }

    public static ErrorRecord OfLog(RunLogException exception)
    {
        (string id, ErrorCategory category) = exception.Problem switch
        {
            RunLogProblem.InUse => (ErrorIds.LogInUse, ErrorCategory.ResourceBusy),
            RunLogProblem.Exists => (ErrorIds.LogExists, ErrorCategory.ResourceExists),
            RunLogProblem.Unreadable => (ErrorIds.LogUnreadable, ErrorCategory.InvalidData),
            RunLogProblem.Differs => (ErrorIds.LogDiffers, ErrorCategory.InvalidArgument),
            _ => (ErrorIds.LogFailed, ErrorCategory.WriteError),
        };
        return new ErrorRecord(exception, id, category, exception.Path);
    }

    public static ErrorRecord OfTimeout(object? limit) => new(
        new TimeoutException(MessageText.Format(Loky.Messages.CallTimedOut, limit)), ErrorIds.CallTimeout, ErrorCategory.OperationTimeout, limit);

    private static string Describe(object? item)
    {
        string text;
        try
        {
            text = item is null ? "$null" : item.ToString() ?? string.Empty;
        }
        catch (Exception)
        {
            // A script method needs a session, which the thread that reports for a job does not have.
            text = (item as PSObject)?.BaseObject.GetType().Name ?? item!.GetType().Name;
        }

        return text.Length <= 80 ? text : text[..77] + "...";
    }
}
