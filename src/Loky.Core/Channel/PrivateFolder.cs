using System.Security.Cryptography;
using Loky.Windows;

namespace Loky.Channel;

/// <summary>
/// A folder that only the user can enter, for the socket and the journal of one worker. It is there from the start of the
/// worker until it has connected.
/// </summary>
internal static class PrivateFolder
{
    private const string Prefix = "loky-";
    private const string SharedMemory = "/dev/shm";
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(5);
    private static int s_swept;

    /// <summary>Creates a folder of unpredictable name and returns its path.</summary>
    public static string Create() => Create(static path => path);

    /// <summary>Creates a folder of unpredictable name with something in it, where there is room for both.</summary>
    /// <param name="fill">Creates what is to be in the folder of a path.</param>
    /// <param name="parents">Where the folder may lie, the best place first; by default where this system has such places.</param>
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
