using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Loky.Windows;

/// <summary>
/// The code page in which the programs of a console write. A worker has a console of its own, without a window; it is given
/// the code page of the session's, so that what it writes can be passed on as it is, and read.
/// </summary>
internal static partial class WindowsConsole
{
    /// <summary>UTF-8 as a code page.</summary>
    public const int Utf8 = 65001;

    /// <summary>Gets the code page of this process's console, or that of the system's consoles where it has none; 0 elsewhere than on Windows.</summary>
    public static int CodePage => !OperatingSystem.IsWindows() ? 0 : GetConsoleOutputCP() is > 0 and uint own ? (int)own : (int)GetOEMCP();

    /// <summary>Gives the console of this process, if it has one, a code page.</summary>
    [SupportedOSPlatform("windows")]
    public static void SetCodePage(int codePage) => _ = SetConsoleOutputCP((uint)codePage);

    /// <summary>Returns what reads text of a code page; UTF-8 for one that nobody knows, and for 0.</summary>
    public static Encoding EncodingOf(int codePage) =>
        codePage is 0 or Utf8 ? Encoding.UTF8 : CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? Encoding.UTF8;

    [LibraryImport("kernel32")]
    private static partial uint GetConsoleOutputCP();

    [LibraryImport("kernel32")]
    private static partial uint GetOEMCP();

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleOutputCP(uint codePage);
}
