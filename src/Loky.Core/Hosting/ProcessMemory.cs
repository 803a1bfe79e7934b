using System.Buffers.Text;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Loky.Hosting;

/// <summary>The memory of this process; <paramref name="aside"/> does something whose time is that of no item.</summary>
internal sealed class ProcessMemory(Action<Action> aside) : IProcessMemory
{
    // A finalizer may wait for ever, and nobody may wait for it.
    private static readonly TimeSpan FinalizerPatience = TimeSpan.FromSeconds(1);

    // On Linux the runtime's own way goes over all that is known of the process, which takes many times as long.
    private readonly SafeFileHandle? _pages = OperatingSystem.IsLinux() ? OpenPages() : null;

    private long _shared;
    private long _looksAgainAt;

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

    /// <summary>At most what it has of values: arrays of values that it no longer has count for its limits. Asked again, it looks again
    /// only after ten times as long as that takes, some twenty milliseconds.</summary>
    public long Shared
    {
        get
        {
            if (SharedMemory.Held == 0)
            {
                return 0;
            }

            long now = Stopwatch.GetTimestamp();
            if (now >= _looksAgainAt)
            {
                aside(() => _shared = SharedPages());
                _looksAgainAt = now + (11 * (Stopwatch.GetTimestamp() - now));
            }

            return Math.Min(SharedMemory.Held, _shared);
        }
    }

    public long Allocated => GC.GetAllocatedBytesForCurrentThread();

    public long Milliseconds => Environment.TickCount64;

    public void Collect() => aside(static () =>
    {
        IdleMemory.Release();
        _ = Task.Run(GC.WaitForPendingFinalizers).Wait(FinalizerPatience);
    });

    /// <summary>Adds up the pages of shared memory that this process has not written to.</summary>
    private static long SharedPages()
    {
        long kilobytes = 0;
        bool isShared = false;
        try
        {
            foreach (string line in File.ReadLines("/proc/self/smaps"))
            {
                if (!line.EndsWith(" kB", StringComparison.Ordinal))
                {
                    isShared = line.Contains("/memfd:loky-", StringComparison.Ordinal);
                }
                else if (isShared)
                {
                    kilobytes += Kilobytes(line, "Rss:") - Kilobytes(line, "Anonymous:");
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Then all of it counts as its own.
            return 0;
        }

        return kilobytes * 1024;
    }

    private static long Kilobytes(string line, string field) =>
        line.StartsWith(field, StringComparison.Ordinal) && long.TryParse(line.AsSpan(field.Length, line.Length - field.Length - 3), out long value) ? value : 0;

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
