using System.IO.Compression;
using System.Management.Automation.Runspaces;
using Loky.PowerShell.Capture;
using Loky.Windows;
using Microsoft.PowerShell.Commands;
using Pwsh = System.Management.Automation.PowerShell;

namespace Loky.PowerShell.Runner;

/// <summary>Finds modules of calls from other machines: where the caller has them, installed, or among the files sent.</summary>
internal sealed class ModuleStore(Runspace runspace)
{
    private const string NewPrefix = ".new-";
    private const UnixFileMode OnlyUser = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>Throws <see cref="CaptureException"/> for one that is not here and did not come, or cannot be stored.</summary>
    public string Find(CapturedModule module, IReadOnlyList<ReadOnlyMemory<byte>> shared)
    {
        string key = module.Name + '\n' + module.Digest;
        if (!_known.TryGetValue(key, out string? path))
        {
            _known[key] = path = FindNew(module, shared);
        }

        return path;
    }

    private string FindNew(CapturedModule module, IReadOnlyList<ReadOnlyMemory<byte>> shared)
    {
        if (CapturedModule.DigestOf(module.Folder, module.Files) == module.Digest)
        {
            return Path.Combine(module.Folder, module.File);
        }

        if (FindInstalled(module) is { } installed)
        {
            return installed;
        }

        byte[]? archive = module.Content ?? (module.SharedIndex >= 0 ? shared[module.SharedIndex].ToArray() : null);
        return archive is null
            ? throw new CaptureException(MessageText.Format(Messages.ModuleLacking, module.Name, module.Version, Environment.MachineName, module.Refusal ?? string.Empty).TrimEnd())
            : Store(module, archive);
    }

    private string? FindInstalled(CapturedModule module)
    {
        if (module.IsPartOfPowerShell)
        {
            return module.Name;
        }

        if (!Version.TryParse(module.Version, out Version? version) || version <= new Version(0, 0))
        {
            return null;
        }

        using var shell = Pwsh.Create();
        shell.Runspace = runspace;
        var wanted = new ModuleSpecification(new System.Collections.Hashtable { ["ModuleName"] = module.Name, ["RequiredVersion"] = module.Version });
        shell.AddCommand("Microsoft.PowerShell.Core\\Get-Module").AddParameter("ListAvailable", true).AddParameter("FullyQualifiedName", wanted).AddParameter("ErrorAction", "Ignore");
        return shell.Invoke<PSModuleInfo>().FirstOrDefault()?.Path;
    }

    /// <summary>Writes the files where nobody looks for them, checks them, and then gives them the name that says so.</summary>
    private static string Store(CapturedModule module, byte[] archive)
    {
        List<string> failures = [];
        foreach (string cache in Caches())
        {
            try
            {
                Confirm(cache);
                return Path.Combine(Store(cache, module, archive), module.File);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                failures.Add($"{cache}: {exception.Message}");
            }
        }

        throw new CaptureException(MessageText.Format(Messages.ModuleNotStored, module.Name, archive.Length, Environment.MachineName, string.Join(' ', failures)));
    }

    private static string Store(string cache, CapturedModule module, byte[] archive)
    {
        string target = Path.Combine(cache, module.Digest);
        string folder = Path.Combine(target, module.Name);
        if (IsWhole(folder, module))
        {
            return folder;
        }

        string made = NewName(cache);
        try
        {
            string inner = Path.Combine(made, module.Name);
            using (var zip = new ZipArchive(new MemoryStream(archive), ZipArchiveMode.Read))
            {
                zip.ExtractToDirectory(inner);
            }

            if (!IsWhole(inner, module))
            {
                throw new InvalidDataException(MessageText.Format(Messages.ModuleDamaged, module.Name));
            }

            if (Directory.Exists(target) && !IsWhole(folder, module))
            {
                // Damaged; whoever uses it keeps the files open.
                Directory.Move(target, NewName(cache));
            }

            try
            {
                Directory.Move(made, target);
            }
            catch (IOException) when (IsWhole(folder, module))
            {
                // Another worker was faster.
            }

            return folder;
        }
        finally
        {
            if (Directory.Exists(made))
            {
                Directory.Delete(made, recursive: true);
            }
        }
    }

    private static bool IsWhole(string folder, CapturedModule module) => CapturedModule.DigestOf(folder, module.Files) == module.Digest;

    // The bootstrap deletes what is left under such names when it is a day old.
    private static string NewName(string cache) => Path.Combine(cache, NewPrefix + Guid.NewGuid().ToString("N"));

    /// <summary>Gets the folders that the files may lie in, the best first: where this module lies, if it was sent too.</summary>
    private static IEnumerable<string> Caches()
    {
        string own = Path.GetDirectoryName(typeof(ModuleStore).Assembly.Location)!;
        if (Path.GetFileName(own) is { Length: 64 } name && name.All(char.IsAsciiHexDigitUpper))
        {
            yield return Path.GetDirectoryName(own)!;
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache)
        {
            yield return Path.Combine(cache, "loky");
        }
        else if (OperatingSystem.IsWindows())
        {
            yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "loky");
        }
        else if (home.Length > 0)
        {
            yield return Path.Combine(home, OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache", "loky");
        }

        yield return Path.Combine(Path.GetTempPath(), "loky-" + Environment.UserName);
    }

    /// <summary>Makes the folder if need be: the user's own, no link, and closed to all others.</summary>
    private static void Confirm(string cache)
    {
        if (OperatingSystem.IsWindows())
        {
            if (new DirectoryInfo(cache).LinkTarget is not null)
            {
                throw new IOException(MessageText.Format(Messages.CacheIsLink, cache));
            }

            WindowsFolder.CreatePrivate(cache);
            return;
        }

        _ = Directory.CreateDirectory(Path.GetDirectoryName(cache)!);
        _ = Directory.CreateDirectory(cache, OnlyUser);
        if (new DirectoryInfo(cache).LinkTarget is not null)
        {
            throw new IOException(MessageText.Format(Messages.CacheIsLink, cache));
        }

        // Only its owner may.
        File.SetUnixFileMode(cache, OnlyUser);
    }
}
