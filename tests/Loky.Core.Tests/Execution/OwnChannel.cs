using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Loky.Tests.Execution;

/// <summary>A worker's connection to its parent, past everything that orders it.</summary>
internal static partial class OwnChannel
{
    /// <summary>Writes bytes into it. Who ends right behind this leaves the worker no time to send more.</summary>
    public static void Write(byte[] bytes) => _ = Write(Descriptor(), bytes, bytes.Length);

    /// <summary>Starts a process that inherits it, and that leaves the worker's group. Returns its id.</summary>
    public static int Bequeath()
    {
        // What is copied is not closed in a child, unlike what .NET opens.
        int copy = Duplicate(Descriptor());
        using Process heir = Process.Start("setsid", ["sleep", "600"]);
        _ = Close(copy);
        return heir.Id;
    }

    private static int Descriptor() =>
        Directory.GetFiles("/proc/self/fd")
            .Where(path => new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true)
            .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))
            .Single();

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte[] bytes, nint count);

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
