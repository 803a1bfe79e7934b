using Loky.Execution;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Execution;
using Loky.PowerShell.Hosts;
using Loky.PowerShell.Jobs;
using Loky.PowerShell.Launch;
using Loky.Scheduling;

namespace Loky.PowerShell.Commands;

/// <summary>Runs one scriptblock in a worker process, as a job of the session.</summary>
[Cmdlet(VerbsLifecycle.Start, "LokyJob", HelpUri = HelpAddress.StartLokyJob)]
[OutputType(typeof(LokyJob))]
public sealed class StartLokyJobCommand : PSCmdlet
{
    /// <summary>Gets or sets what to run.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <summary>Gets or sets the arguments of the scriptblock: <c>$args</c>, or its <c>param()</c>.</summary>
    [Parameter(Position = 1)]
    [Alias("Args")]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? ArgumentList { get; set; }

    /// <summary>Gets or sets the name of the job.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Gets or sets where the session's workers run, as for <c>Get-LokyExecutor</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(HostNameCompleter))]
    [AllowEmptyCollection]
    public object[]? HostName { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            SessionExecutor executor = SessionExecutor.Of(this, ScriptBlock);
            LanguageModes.CheckRunsScripts(executor.Mode);
            WorkerPool pool = executor.Get(new ExecutorOptions { Hosts = HostName is null ? null : HostArguments.Parse(HostName) });
            CallTask task = CallTask.OfScript(this, executor, pool, ScriptBlock, ArgumentList);
            if (task.WarningFor(null) is { } warning)
            {
                WriteWarning(warning);
            }

            var options = new CallOptions { Scheduling = new TaskGroupOptions { MayQueueInWorker = false } };
            using var call = new JobCall(this, new LokyJob(this, ScriptBlock.ToString(), Name, pool, task, options));
            _ = call.Add(null);
            _ = call.Finish();
        }
        catch (Exception exception) when (exception is not (PipelineStoppedException or RuntimeException))
        {
            ThrowTerminatingError(Errors.OfCall(exception, (exception as HostFormatException)?.Target));
        }
    }
}
