using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Loky.Hosting;

/// <summary>The memory of this process.</summary>
internal sealed class ProcessMemory : IProcessMemory
{
    // On Linux the runtime's own way goes over all that is known of the process, which takes many times as long as this.
    private readonly SafeFileHandle? _pages = OperatingSystem.IsLinux() ? OpenPages() : null;

    /// <inheritdoc/>
    public long Resident
    {
        get
        {
            Span<byte> text = stackalloc byte[128];
            if (_pages is not null && TryParseResident(text[..RandomAccess.Read(_pages, text, 0)], out long pages))
            {
                return pages * Environment.SystemPageSize;
            }

            return Environment.WorkingSet;
        }
    }

    /// <inheritdoc/>
    public long Allocated => GC.GetAllocatedBytesForCurrentThread();

    /// <inheritdoc/>
    public long Milliseconds => Environment.TickCount64;

    /// <inheritdoc/>
    public void Collect()
    {
        IdleMemory.Release();
        GC.WaitForPendingFinalizers();
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
