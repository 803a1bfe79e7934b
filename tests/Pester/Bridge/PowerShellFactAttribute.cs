using Xunit;

namespace Loky.Pester.Bridge;

/// <summary>A test that starts PowerShell with Pester; skipped where these are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PowerShellFactAttribute : FactAttribute
{
    /// <summary>Creates the attribute.</summary>
    public PowerShellFactAttribute() => Skip = PesterHost.SkipReason;
}
