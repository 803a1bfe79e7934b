using System.Security.Cryptography;

namespace Loky.Channel;

/// <summary>
/// A folder that only the user can enter, for the socket and the journal of one worker. It is there from the start of the
/// worker until it has connected.
/// </summary>
internal static class PrivateFolder
{
    private const string Prefix = "loky-";
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(5);
    private static int s_swept;

    /// <summary>Creates a folder of unpredictable name and returns its path.</summary>
    public static string Create()
    {
        // Shared memory first: the journal must not cause disk traffic.
        string parent = Directory.Exists("/dev/shm") && OperatingSystem.IsLinux() ? "/dev/shm" : Path.GetTempPath();
        try
        {
            return CreateIn(parent);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && parent == "/dev/shm")
        {
            return CreateIn(Path.GetTempPath());
        }
    }

    /// <summary>Deletes a folder and what is in it, if it is still there.</summary>
    public static void Delete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone already, or held open on Windows until its last user ends.
        }
    }

    /// <summary>
    /// Deletes what processes left that were killed together with the worker they were just starting, the one case in
    /// which nobody is left to do it. A start takes a minute at most, so older folders are nobody's.
    /// </summary>
    private static void Sweep(string parent)
    {
        if (Interlocked.Exchange(ref s_swept, 1) != 0)
        {
            return;
        }

        foreach (string path in Directory.EnumerateDirectories(parent, Prefix + "????????????????"))
        {
            if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(path) > Abandoned)
            {
                Delete(path);
            }
        }
    }

    private static string CreateIn(string parent)
    {
        Sweep(parent);
        string path = Path.Combine(parent, Prefix + Convert.ToHexString(RandomNumberGenerator.GetBytes(8)));
        if (OperatingSystem.IsWindows())
        {
            // The user's own temporary folder is closed to others there.
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
