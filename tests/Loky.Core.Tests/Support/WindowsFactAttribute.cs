using Xunit;

namespace Loky.Tests.Support;

/// <summary>A test of what only Windows has; skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WindowsFactAttribute : FactAttribute
{
    /// <summary>Creates the attribute.</summary>
    public WindowsFactAttribute()
    {
        if (!OperatingSystem.IsWindows())
        {
            Skip = "It is about what only Windows has.";
        }
    }
}
