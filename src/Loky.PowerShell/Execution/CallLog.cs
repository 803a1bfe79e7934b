using System.Collections;
using Loky.Runs;

namespace Loky.PowerShell.Execution;

/// <summary>Opens the log that a call was asked to keep, and tells in it what the call is.</summary>
internal static class CallLog
{
    // Values of the user's own are in none of these.
    private static readonly string[] Told =
    [
        "Ordered", "ThrottleLimit", "BatchSize", "TimeoutSeconds", "TaskTimeoutSeconds", "Retry", "Module", "NoCapture", "CaptureExclude",
        "AsJob", "IdleTimeout", "InitializerTimeoutSeconds", "MaxTasksPerWorker", "MaxWorkerMemory", "ThreadsPerWorker",
    ];

    /// <summary>Throws <see cref="RunLogException"/> where the log cannot be used.</summary>
    public static RunLog Open(PSCmdlet cmdlet, RunLogOptions options, object task, int workers)
    {
        var script = task as ScriptBlock;
        string text = script?.ToString() ?? MapLog.Describe(((Delegate)task).Method);
        return RunLog.Open(options, new RunLogHeader
        {
            Command = cmdlet.MyInvocation.MyCommand.Name,
            BlockHash = MapLog.HashOf(text),
            File = script?.Ast.Extent.File,
            Line = script?.Ast.Extent.StartLineNumber ?? 0,
            Versions = Versions(cmdlet),
            Parameters = Parameters(cmdlet, workers),
        });
    }

    /// <summary>Throws <see cref="RunLogException"/> for a path that is no file's.</summary>
    public static string Resolve(PSCmdlet cmdlet, string path)
    {
        string full = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        return provider.Name == "FileSystem"
            ? full
            : throw new RunLogException(RunLogProblem.Failed, path, MessageText.Format(Messages.RunLogNoFile, path));
    }

    private static Dictionary<string, string> Versions(PSCmdlet cmdlet)
    {
        Dictionary<string, string> versions = MapLog.Versions();
        if (cmdlet.SessionState.PSVariable.GetValue("PSVersionTable") is IDictionary table && table["PSVersion"] is { } version)
        {
            versions["powershell"] = version.ToString()!;
        }

        return versions;
    }

    private static Dictionary<string, object?> Parameters(PSCmdlet cmdlet, int workers)
    {
        var parameters = new Dictionary<string, object?> { ["MaxWorkers"] = workers };
        foreach (string name in Told)
        {
            if (cmdlet.MyInvocation.BoundParameters.TryGetValue(name, out object? value))
            {
                parameters[name] = value is SwitchParameter flag ? flag.IsPresent : value;
            }
        }

        return parameters;
    }
}
