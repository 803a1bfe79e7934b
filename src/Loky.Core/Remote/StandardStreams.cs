using System.Runtime.InteropServices;

namespace Loky.Remote;

/// <summary>
/// Keeps a node agent's standard streams, which carry frames, from all else in its process and from what that starts: input is
/// at its end, and output goes to standard error. Streams that were opened before stay what they are.
/// </summary>
internal static partial class StandardStreams
{
    private const int Input = 0;
    private const int Output = 1;
    private const int Error = 2;
    private const int WindowsOutput = -11;
    private const int WindowsError = -12;

    public static void KeepFromOthers()
    {
        Console.SetIn(TextReader.Null);
        Console.SetOut(Console.Error);
        if (OperatingSystem.IsWindows())
        {
            _ = SetStdHandle(WindowsOutput, GetStdHandle(WindowsError));
            return;
        }

        using (var nothing = new FileStream("/dev/null", FileMode.Open, FileAccess.Read))
        {
            Replace(Input, (int)nothing.SafeFileHandle.DangerousGetHandle());
        }

        Replace(Output, Error);
    }

    private static void Replace(int descriptor, int by)
    {
        if (Duplicate(by, descriptor) < 0)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }
    }

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Duplicate(int from, int to);

    [LibraryImport("kernel32")]
    private static partial nint GetStdHandle(int which);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetStdHandle(int which, nint handle);
}
