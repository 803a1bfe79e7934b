using Xunit;

namespace Loky.Tests.Support;

/// <summary>A test that needs signals, groups of processes or the modes of files; skipped on Windows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    /// <summary>Creates the attribute.</summary>
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "It needs signals, groups of processes or the modes of files, which Windows does not have.";
        }
    }
}
