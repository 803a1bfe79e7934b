using System.Security.Cryptography;
using Loky.Windows;

namespace Loky.Channel;

/// <summary>A folder that only the user can enter, for one worker's socket and journal, until the worker has connected.</summary>
internal static class PrivateFolder
{
    private const string Prefix = "loky-";
    private const string SharedMemory = "/dev/shm";
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(5);
    private static int s_swept;

    public static string Create() => Create(static path => path);

    /// <summary>Creates a folder of unpredictable name with something in it, in the first place with room for both.</summary>
    /// <exception cref="IOException">There is no room anywhere.</exception>
    public static T Create<T>(Func<string, T> fill, IReadOnlyList<string>? parents = null)
    {
        parents ??= Parents();
        for (int i = 0; i < parents.Count - 1; i++)
        {
            try
            {
                return CreateIn(parents[i], fill);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It is full, or closed to the user, which the next one need not be.
            }
        }

        return CreateIn(parents[^1], fill);
    }

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

    /// <summary>Deletes what is older than any start: left by processes killed with the worker they were starting.</summary>
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

    /// <summary>Shared memory first: the journal must not cause disk traffic.</summary>
    private static string[] Parents() =>
        OperatingSystem.IsLinux() && Directory.Exists(SharedMemory) ? [SharedMemory, Path.GetTempPath()] : [Path.GetTempPath()];

    private static T CreateIn<T>(string parent, Func<string, T> fill)
    {
        string path = CreateIn(parent);
        try
        {
            return fill(path);
        }
        catch
        {
            Delete(path);
            throw;
        }
    }

    private static string CreateIn(string parent)
    {
        Sweep(parent);
        string path = Path.Combine(parent, Prefix + Convert.ToHexString(RandomNumberGenerator.GetBytes(8)));
        if (OperatingSystem.IsWindows())
        {
            WindowsFolder.CreatePrivate(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
