using Xunit;

namespace Loky.Tests.Support;

/// <summary>A test that needs to become another user; skipped where it cannot.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AnotherUserFactAttribute : FactAttribute
{
    /// <summary>The program that runs another as another user.</summary>
    public const string SetPriv = "/usr/bin/setpriv";

    /// <summary>Creates the attribute.</summary>
    public AnotherUserFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists(SetPriv))
        {
            Skip = "To become another user takes Linux, root and setpriv.";
        }
    }
}
