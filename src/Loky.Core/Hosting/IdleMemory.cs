using System.Runtime.InteropServices;

namespace Loky.Hosting;

/// <summary>Gives back the memory that an idle worker keeps in store for work that may not come.</summary>
internal static partial class IdleMemory
{
    public static void Release()
    {
        LargeArrays.Shared.Clear();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux())
        {
            TrimNative();
        }
    }

    private static void TrimNative()
    {
        try
        {
            _ = Trim(0);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, which keeps its own house.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);
}
