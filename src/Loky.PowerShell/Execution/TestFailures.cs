using System.Management.Automation;

namespace Loky.PowerShell.Execution;

/// <summary>
/// The errors with which assertions of Pester fail a test: <c>Should</c> throws them, and the test is lost on them only if
/// they end it. An item's error would not.
/// </summary>
internal static class TestFailures
{
    /// <summary>Tells whether an error is one.</summary>
    public static bool Is(ErrorRecord error) => error.FullyQualifiedErrorId == "PesterAssertionFailed";
}
