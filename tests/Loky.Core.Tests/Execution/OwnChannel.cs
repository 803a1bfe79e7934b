using System.Globalization;
using System.Runtime.InteropServices;

namespace Loky.Tests.Execution;

/// <summary>A worker's connection to its parent, past everything that orders it.</summary>
internal static partial class OwnChannel
{
    /// <summary>Writes bytes into it.</summary>
    public static void Write(byte[] bytes)
    {
        foreach (string path in Directory.GetFiles("/proc/self/fd"))
        {
            if (new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true)
            {
                _ = Write(int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture), bytes, bytes.Length);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte[] bytes, nint count);
}
