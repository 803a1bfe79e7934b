using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Loky.Hosting;

/// <summary>The memory of this process; <paramref name="aside"/> does something whose time is that of no item.</summary>
internal sealed class ProcessMemory(Action<Action> aside) : IProcessMemory
{
    // A finalizer may wait for ever, and nobody may wait for it.
    private static readonly TimeSpan FinalizerPatience = TimeSpan.FromSeconds(1);

    // On Linux the runtime's own way goes over all that is known of the process, which takes many times as long.
    private readonly SafeFileHandle? _pages = OperatingSystem.IsLinux() ? OpenPages() : null;

    public long Resident
    {
        get
        {
            Span<byte> text = stackalloc byte[128];
            if (_pages is not null && TryParseResident(text[..RandomAccess.Read(_pages, text, 0)], out long pages))
            {
                return (pages * Environment.SystemPageSize) - (SharedMemory.IsMapped ? Shared() : 0);
            }

            return Environment.WorkingSet;
        }
    }

    public long Allocated => GC.GetAllocatedBytesForCurrentThread();

    public long Milliseconds => Environment.TickCount64;

    public void Collect() => aside(static () =>
    {
        IdleMemory.Release();
        _ = Task.Run(GC.WaitForPendingFinalizers).Wait(FinalizerPatience);
    });

    /// <summary>Reads how much is shared with other processes and no file: values that are in memory once.</summary>
    private static long Shared()
    {
        const string field = "RssShmem:";
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith(field, StringComparison.Ordinal) && long.TryParse(line.AsSpan(field.Length, line.LastIndexOf(' ') - field.Length), out long kilobytes))
            {
                return kilobytes * 1024;
            }
        }

        return 0;
    }

    /// <summary>Finds the second number, which is the resident pages.</summary>
    private static bool TryParseResident(ReadOnlySpan<byte> text, out long pages)
    {
        pages = 0;
        int space = text.IndexOf((byte)' ');
        return space > 0 && Utf8Parser.TryParse(text[(space + 1)..], out pages, out _);
    }

    private static SafeFileHandle? OpenPages()
    {
        try
        {
            return File.OpenHandle("/proc/self/statm", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
