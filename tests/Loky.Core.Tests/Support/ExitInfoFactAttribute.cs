using Xunit;

namespace Loky.Tests.Support;

/// <summary>A test of what the system tells of a process that has ended; skipped where it does not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ExitInfoFactAttribute : FactAttribute
{
    /// <summary>Creates the attribute.</summary>
    public ExitInfoFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || Environment.OSVersion.Version < new Version(6, 15))
        {
            Skip = "Only Linux 6.15 and later tell a signal from an exit code of 128 and more.";
        }
    }
}
