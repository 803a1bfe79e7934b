using Xunit;

namespace Loky.Tests.Support;

/// <summary>A test of pages of 2 MB, as Linux has them where it was built with transparent huge pages; skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HugePagesFactAttribute : FactAttribute
{
    /// <summary>Creates the attribute.</summary>
    public HugePagesFactAttribute() =>
        Skip = LinuxFactAttribute.Reason ?? (Directory.Exists("/sys/kernel/mm/transparent_hugepage") ? null : "This kernel has no transparent huge pages.");
}
