using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Loky.Launch;

/// <summary>A job object of Windows around a worker and what it starts, which end with it, or with this process.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class ProcessJob : IDisposable
{
    private const int ExtendedLimitInformation = 9;
    private const uint KillOnJobClose = 0x2000;

    private readonly SafeFileHandle _job;

    private ProcessJob(SafeFileHandle job) => _job = job;

    /// <summary>Puts a process into a job of its own; null where the system does not let it.</summary>
    public static ProcessJob? Around(Process process)
    {
        SafeFileHandle job = CreateJobObject(0, null);
        var limits = new ExtendedLimits { Flags = KillOnJobClose };
        try
        {
            if (!job.IsInvalid
                && SetInformationJobObject(job, ExtendedLimitInformation, ref limits, (uint)Marshal.SizeOf<ExtendedLimits>())
                && AssignProcessToJobObject(job, process.SafeHandle))
            {
                return new ProcessJob(job);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended already.
        }

        job.Dispose();
        return null;
    }

    public bool Kill()
    {
        try
        {
            return TerminateJobObject(_job, WindowsExitCodes.Killed);
        }
        catch (ObjectDisposedException)
        {
            // All of it has ended with the handle.
            return true;
        }
    }

    public void Dispose() => _job.Dispose();

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateJobObject(nint attributes, string? name);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(SafeFileHandle job, int kind, ref ExtendedLimits limits, uint size);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(SafeFileHandle job, SafeProcessHandle process);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateJobObject(SafeFileHandle job, int exitCode);

    // JOBOBJECT_EXTENDED_LIMIT_INFORMATION of winnt.h.
    [StructLayout(LayoutKind.Sequential)]
    private struct ExtendedLimits
    {
        public long PerProcessUserTime;
        public long PerJobUserTime;
        public uint Flags;
        public nuint MinimumWorkingSet;
        public nuint MaximumWorkingSet;
        public uint ActiveProcesses;
        public nuint Affinity;
        public uint PriorityClass;
        public uint SchedulingClass;
        public ulong ReadOperations;
        public ulong WriteOperations;
        public ulong OtherOperations;
        public ulong ReadBytes;
        public ulong WrittenBytes;
        public ulong OtherBytes;
        public nuint ProcessMemory;
        public nuint JobMemory;
        public nuint PeakProcessMemory;
        public nuint PeakJobMemory;
    }
}
