using System.Globalization;
using System.Runtime.InteropServices;

namespace Loky.Tests.Execution;

/// <summary>A worker's connection to its parent, past everything that orders it.</summary>
internal static partial class OwnChannel
{
    /// <summary>Writes bytes into it. Who ends right behind this leaves the worker no time to send more.</summary>
    public static void Write(byte[] bytes)
    {
        int descriptor = Directory.GetFiles("/proc/self/fd")
            .Where(path => new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true)
            .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))
            .Single();
        _ = Write(descriptor, bytes, bytes.Length);
    }

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte[] bytes, nint count);
}
