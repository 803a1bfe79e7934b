using Xunit;

namespace Loky.Tests.Support;

/// <summary>A test that needs signals and groups of processes; skipped on Windows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    /// <summary>Creates the attribute.</summary>
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "It needs signals and groups of processes, which Windows does not have.";
        }
    }
}
