using System.Runtime.CompilerServices;
using Loky.Execution;
using Loky.PowerShell.Capture;

namespace Loky.PowerShell.Launch;

/// <summary>The executor that all calls of this PowerShell process share.</summary>
internal static class SessionExecutor
{
    private static readonly ConditionalWeakTable<WorkerPool, EnvironmentChanges> Environments = [];

    /// <summary>Gets the pool behind it. Static, because module clean-up runs on another instance of everything.</summary>
    public static ReusablePool Pool { get; } = new(PowerShellHost.CreateCommand);

    /// <summary>Gets what became of the environment since a pool was first used.</summary>
    public static EnvironmentChanges EnvironmentOf(WorkerPool pool) =>
        Environments.GetValue(pool, static pool => new EnvironmentChanges(pool.Options.Environment));
}
