using Loky.Execution;
using Loky.PowerShell.Execution;
using Loky.PowerShell.Launch;

namespace Loky.PowerShell.Commands;

/// <summary>Ends the session's executor: lets running work finish, or kills it.</summary>
[Cmdlet(VerbsLifecycle.Stop, "LokyExecutor", SupportsShouldProcess = true, HelpUri = HelpAddress.StopLokyExecutor)]
public sealed class StopLokyExecutorCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Gets or sets a value indicating whether running work is killed.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        SessionExecutor executor = SessionExecutor.Of(this);
        if (executor.Pool is not { } current)
        {
            WriteVerbose(Messages.NoExecutor);
            return;
        }

        if (!ShouldProcess(MessageText.Format(Messages.ExecutorTarget, current.GetStatus().Workers.Count)))
        {
            return;
        }

        using PoolChronicle? chronicle = PoolChronicle.Of(this);
        WorkerPool? stopped = executor.Stop(Force);
        if (OpenCalls.Has(current))
        {
            WriteVerbose(Messages.StopWithinCall);
            return;
        }

        try
        {
            stopped?.Stopped.Wait(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }

        chronicle?.WriteTo(this, current.Number);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopping.Cancel();
}
