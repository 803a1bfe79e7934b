using System.Runtime.InteropServices;

namespace Loky.Wire;

/// <summary>
/// Arrays of many megabytes in memory for which Linux is asked to take pages of 2 MB and not of 4 KB, where it leaves that to
/// programs (transparent huge pages, madvise(2)): new memory is had page by page, which takes most of the time of a large value.
/// </summary>
internal static partial class LargePages
{
    /// <summary>The size in bytes from which it is asked.</summary>
    public const int Threshold = 4 << 20;

    private const int AdviseHugePages = 14;

    private static volatile bool s_isAvailable = OperatingSystem.IsLinux();

    /// <summary>Allocates an array without clearing it.</summary>
    public static T[] Allocate<T>(int count)
        where T : unmanaged
    {
        T[] array = GC.AllocateUninitializedArray<T>(count);
        Advise(MemoryMarshal.AsBytes(array.AsSpan()));
        return array;
    }

    /// <summary>A hint for addresses alone, so that it does no harm if the array is moved, or the system takes no notice.</summary>
    private static unsafe void Advise(ReadOnlySpan<byte> memory)
    {
        if (memory.Length < Threshold || !s_isAvailable)
        {
            return;
        }

        try
        {
            fixed (byte* start = memory)
            {
                nuint page = (nuint)Environment.SystemPageSize;
                nuint first = ((nuint)start + page - 1) / page * page;
                nuint end = ((nuint)start + (nuint)memory.Length) / page * page;
                _ = Advise((void*)first, end - first, AdviseHugePages);
            }
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            s_isAvailable = false;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static unsafe partial int Advise(void* start, nuint length, int advice);
}
