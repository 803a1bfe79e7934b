using System.Globalization;
using Xunit;

namespace Loky.Tests.Diagnosis;

public sealed class WindowsExitCodesTests
{
    [Theory]
    [InlineData(unchecked((int)0xC0000005), "STATUS_ACCESS_VIOLATION", nameof(Messages.WorkerLikelyNative))]
    [InlineData(unchecked((int)0xC00000FD), "STATUS_STACK_OVERFLOW", nameof(Messages.WorkerLikelyAborted))]
    [InlineData(unchecked((int)0xC0000602), "STATUS_FAIL_FAST_EXCEPTION", nameof(Messages.WorkerLikelyAborted))]
    [InlineData(unchecked((int)0x80131623), "COR_E_FAILFAST", nameof(Messages.WorkerLikelyAborted))]
    [InlineData(unchecked((int)0xE0434352), "CLR_EXCEPTION", nameof(Messages.WorkerLikelyAborted))]
    [InlineData(unchecked((int)0xC000013A), "STATUS_CONTROL_C_EXIT", nameof(Messages.WorkerLikelyAsked))]
    [InlineData(-1, "KILLED", nameof(Messages.WorkerLikelyKilled))]
    [InlineData(7, "EXIT(7)", nameof(Messages.WorkerLikelyExit))]
    [InlineData(137, "EXIT(137)", nameof(Messages.WorkerLikelyExit))]
    public void An_end_on_Windows_is_told_by_the_name_of_its_exit_code_with_the_likely_cause(int code, string name, string cause)
    {
        TerminatedWorkerException error = new WorkerExit(42, code, string.Empty) { OnWindows = true }.ToException();
        Assert.Equal(name, error.ExitReason);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(Messages.ResourceManager.GetString(cause, CultureInfo.InvariantCulture)!, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kill_is_known_as_one_so_that_starts_that_were_killed_are_tried_again()
    {
        Assert.True(new WorkerExit(42, -1, string.Empty) { OnWindows = true }.WasKilled);
        Assert.False(new WorkerExit(42, unchecked((int)0xC0000005), string.Empty) { OnWindows = true }.WasKilled);
        Assert.False(new WorkerExit(42, -1, string.Empty) { OnWindows = false }.WasKilled);
    }
}
