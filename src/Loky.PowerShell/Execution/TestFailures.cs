namespace Loky.PowerShell.Execution;

/// <summary>The errors of Pester's assertions, thrown by <c>Should</c>: they fail a test only if they end it, which an item's
/// error would not.</summary>
internal static class TestFailures
{
    public static bool Is(ErrorRecord error) => error.FullyQualifiedErrorId == "PesterAssertionFailed";
}
