using System.Management.Automation;
using Loky.PowerShell.Launch;

namespace Loky.PowerShell;

/// <summary>Ends the workers when the module is removed from the session.</summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (SessionExecutor.Pool.Stop(killWorkers: true) is { } pool)
        {
            // A killed worker is gone within moments; what the wait buys is that none is left when this returns.
            pool.Stopped.Wait(TimeSpan.FromSeconds(5));
        }
    }
}
