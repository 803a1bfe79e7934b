using Loky.Execution;
using Loky.PowerShell.Launch;

namespace Loky.PowerShell.Commands;

/// <summary>Shows the session's executor; with parameters gets, resizes or replaces it.</summary>
[Cmdlet(VerbsCommon.Get, "LokyExecutor", HelpUri = HelpAddress.GetLokyExecutor)]
[OutputType(typeof(LokyExecutor), typeof(string))]
public sealed partial class GetLokyExecutorCommand : LokyExecutorCommandBase
{
    /// <summary>Gets or sets what becomes of the current executor.</summary>
    [Parameter]
    public ReusePolicy Reuse { get; set; }

    /// <summary>Gets or sets a value indicating whether a replaced executor is killed instead of finishing its work.</summary>
    [Parameter]
    public SwitchParameter KillWorkers { get; set; }

    private static readonly HashSet<string> CommonParametersSet = new(CommonParameters, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        bool asked = MyInvocation.BoundParameters.Keys.Any(static parameter => parameter != nameof(Watch) && !CommonParametersSet.Contains(parameter));
        SessionExecutor executor = ExecutorFor(script: null);
        WorkerPool? pool = asked ? GetPool(executor, Reuse, KillWorkers) : executor.Pool;
        if (Watch)
        {
            WatchWorkers(executor);
        }
        else if (pool is not null)
        {
            Chronicle?.WriteTo(this, pool.Number);
            WriteObject(LokyExecutor.Of(pool, executor));
        }
    }
}
