using Xunit;

namespace Loky.Tests.Support;

/// <summary>A test that looks at what only Linux has; skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    /// <summary>Why it is skipped; null where it is not.</summary>
    internal static string? Reason => OperatingSystem.IsLinux() ? null : "It is about what only Linux has, as /proc and the calls of its kernel.";

    /// <summary>Creates the attribute.</summary>
    public LinuxFactAttribute() => Skip = Reason;
}
