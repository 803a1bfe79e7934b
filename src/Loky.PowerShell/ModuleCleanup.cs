using System.Management.Automation.Runspaces;
using Loky.Execution;
using Loky.PowerShell.Launch;

namespace Loky.PowerShell;

/// <summary>Counts a session as a user of the executor while it has the module, and ends the workers when the module is removed
/// from the last.</summary>
public sealed class ModuleCleanup : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnImport()
    {
        if (Runspace.DefaultRunspace is { } runspace)
        {
            _ = SessionExecutor.Of(runspace.SessionStateProxy.LanguageMode);
        }
    }

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        foreach (WorkerPool pool in SessionExecutor.Release(Runspace.DefaultRunspace, killWorkers: true))
        {
            // A killed worker is gone within moments; what the wait buys is that none is left when this returns.
            pool.Stopped.Wait(TimeSpan.FromSeconds(5));
        }
    }
}
