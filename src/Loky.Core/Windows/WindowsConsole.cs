using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Loky.Windows;

/// <summary>A worker's hidden console gets the code page of the session's, so that what the worker writes can be read.</summary>
internal static partial class WindowsConsole
{
    public const int Utf8 = 65001;

    /// <summary>Gets the code page of this process's console, else that of the system's consoles; 0 where not Windows.</summary>
    public static int CodePage => !OperatingSystem.IsWindows() ? 0 : GetConsoleOutputCP() is > 0 and uint own ? (int)own : (int)GetOEMCP();

    [SupportedOSPlatform("windows")]
    public static void SetCodePage(int codePage) => _ = SetConsoleOutputCP((uint)codePage);

    /// <summary>Returns the encoding of a code page; UTF-8 for one that nobody knows, and for 0.</summary>
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
