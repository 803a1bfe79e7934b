using Xunit;

namespace Loky.Tests.Support;

/// <summary>A test that needs signals, groups of processes or the modes of files; skipped on Windows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    /// <summary>Creates the attribute.</summary>
    /// <param name="reason">What Windows does not have.</param>
    public UnixFactAttribute(string reason = "It needs signals, groups of processes or the modes of files, which Windows does not have.")
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = reason;
        }
    }
}
