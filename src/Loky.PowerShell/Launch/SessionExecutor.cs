using Loky.Execution;

namespace Loky.PowerShell.Launch;

/// <summary>The executor that all calls of this PowerShell process share.</summary>
internal static class SessionExecutor
{
    /// <summary>Gets the pool behind it. Static, because module clean-up runs on another instance of everything.</summary>
    public static ReusablePool Pool { get; } = new(PowerShellHost.CreateCommand);
}
