using System.Runtime.InteropServices;

namespace Loky.Launch;

/// <summary>A child process's descriptor (Linux): it never means another, and knows whether a signal ended the process.</summary>
internal sealed partial class ProcessDescriptor : IDisposable
{
    private const int SystemCallOpen = 434;
    private const int SystemCallSignal = 424;
    private const uint ToProcessGroup = 1 << 2;
    private const nuint GetInfo = 0xC040FF0B;
    private const ulong InfoExit = 1 << 3;

    private readonly object _gate = new();
    private int _descriptor;

    private ProcessDescriptor(int descriptor) => _descriptor = descriptor;

    /// <summary>Opens the descriptor of a child; null where that is not possible.</summary>
    public static ProcessDescriptor? Open(int processId)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        int descriptor = (int)SystemCall(SystemCallOpen, processId, 0, 0, 0);
        return descriptor >= 0 ? new ProcessDescriptor(descriptor) : null;
    }

    /// <summary>Signals the group that the process leads or led; false where the system cannot (before Linux 6.9).</summary>
    public bool TrySignalGroup(int signal)
    {
        lock (_gate)
        {
            // No such process: nobody is left in the group.
            const int noSuchProcess = 3;
            return _descriptor >= 0
                && (SystemCall(SystemCallSignal, _descriptor, signal, 0, ToProcessGroup) == 0 || Marshal.GetLastPInvokeError() == noSuchProcess);
        }
    }

    /// <summary>Tells whether a signal ended the process; null where the system does not say (before Linux 6.15).</summary>
    public bool? WasSignalled()
    {
        lock (_gate)
        {
            var info = new Info { Mask = InfoExit };
            return _descriptor >= 0 && Control(_descriptor, GetInfo, ref info) == 0 && (info.Mask & InfoExit) != 0
                ? (info.ExitStatus & 0x7F) != 0
                : null;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_descriptor >= 0)
            {
                _ = Close(_descriptor);
                _descriptor = -1;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third, nuint fourth);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, ref Info info);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    /// <summary>What the system tells of a process: pidfd_info in its first version.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Info
    {
        [FieldOffset(0)]
        public ulong Mask;

        [FieldOffset(60)]
        public int ExitStatus;
    }
}
