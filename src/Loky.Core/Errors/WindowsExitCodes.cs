namespace Loky;

/// <summary>Exit codes on Windows, where a crash gives the status of the last exception (ntstatus.h, corerror.h).</summary>
internal static class WindowsExitCodes
{
    /// <summary>What <see cref="System.Diagnostics.Process.Kill()"/>, Stop-Process and an executor end a process with.</summary>
    public const int Killed = -1;

    private static readonly Dictionary<uint, (string Name, ExitCause Cause)> Known = new()
    {
        [0xC0000005] = ("STATUS_ACCESS_VIOLATION", ExitCause.Native),
        [0xC000001D] = ("STATUS_ILLEGAL_INSTRUCTION", ExitCause.Native),
        [0xC0000094] = ("STATUS_INTEGER_DIVIDE_BY_ZERO", ExitCause.Native),
        [0xC0000374] = ("STATUS_HEAP_CORRUPTION", ExitCause.Native),
        [0xC0000409] = ("STATUS_STACK_BUFFER_OVERRUN", ExitCause.Native),
        [0xC00000FD] = ("STATUS_STACK_OVERFLOW", ExitCause.Aborted),
        [0xC0000602] = ("STATUS_FAIL_FAST_EXCEPTION", ExitCause.Aborted),
        [0x80131623] = ("COR_E_FAILFAST", ExitCause.Aborted),
        [0xE0434352] = ("CLR_EXCEPTION", ExitCause.Aborted),
        [0xC0000017] = ("STATUS_NO_MEMORY", ExitCause.Killed),
        [0xC000012D] = ("STATUS_COMMITMENT_LIMIT", ExitCause.Killed),
        [0xC000013A] = ("STATUS_CONTROL_C_EXIT", ExitCause.Asked),
        [0xC0000142] = ("STATUS_DLL_INIT_FAILED", ExitCause.NotStarted),
        [0xC0000135] = ("STATUS_DLL_NOT_FOUND", ExitCause.NotStarted),
        [unchecked((uint)Killed)] = ("KILLED", ExitCause.Killed),
    };

    /// <summary>Returns the name of an exit code and what it tells; null for one that is the program's own.</summary>
    public static (string Name, ExitCause Cause)? Find(int exitCode) =>
        Known.TryGetValue(unchecked((uint)exitCode), out (string Name, ExitCause Cause) known) ? known : null;
}
