using Xunit;

namespace Loky.Tests.Support;

/// <summary>A theory about what only Linux has; skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxTheoryAttribute : TheoryAttribute
{
    /// <summary>Creates the attribute.</summary>
    public LinuxTheoryAttribute() => Skip = LinuxFactAttribute.Reason;
}
