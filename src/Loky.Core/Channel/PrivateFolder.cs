using System.Security.Cryptography;

namespace Loky.Channel;

/// <summary>
/// A folder that only the user can enter, for the socket and the journal of one worker. It is there from the start of the
/// worker until it has connected.
/// </summary>
internal static class PrivateFolder
{
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

    private static string CreateIn(string parent)
    {
        string path = Path.Combine(parent, "loky-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(8)));
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
