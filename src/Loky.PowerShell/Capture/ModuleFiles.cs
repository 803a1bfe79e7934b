using System.IO.Compression;
using Loky.Execution;

namespace Loky.PowerShell.Capture;

/// <summary>The files of a script module, by names relative to its folder, as they travel to a host that lacks them; without an
/// archive they do not.</summary>
internal sealed record ModuleFiles(IReadOnlyList<string> Files, string Digest, SharedValue? Archive, string? Refusal)
{
    /// <summary>How many bytes a module may have, so that a call does not fill links and memory unseen.</summary>
    private const long MaxBytes = 16L << 20;

    private const int MaxFiles = 5000;

    // No time of today, by which equal files would not be equal archives.
    private static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] MachineCode = [".dll", ".exe", ".so", ".dylib"];

    /// <summary><paramref name="file"/>, relative to the folder, tells the module where no files travel.</summary>
    public static ModuleFiles Of(PSModuleInfo module, string file)
    {
        List<string> paths = [];
        long bytes = 0;
        string? refusal = null;
        foreach (string path in IsFolderOf(module) ? All(module.ModuleBase) : Named(module))
        {
            paths.Add(path);
            bytes += new FileInfo(path).Length;
            if (MachineCode.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            {
                refusal = MessageText.Format(Messages.ModuleIsBinary, Path.GetFileName(path));
                break;
            }

            if (bytes > MaxBytes || paths.Count > MaxFiles)
            {
                refusal = MessageText.Format(Messages.ModuleTooLarge, module.ModuleBase, bytes / 1048576.0, paths.Count, MaxBytes >> 20, MaxFiles);
                break;
            }
        }

        string[] names = refusal is null
            ? [.. paths.Select(path => Path.GetRelativePath(module.ModuleBase, path).Replace('\\', '/')).Order(StringComparer.Ordinal)]
            : [file];
        SharedValue? archive = refusal is null ? SharedValue.Of(Pack(module.ModuleBase, names)) : null;
        return new ModuleFiles(names, CapturedModule.DigestOf(module.ModuleBase, names) ?? string.Empty, archive, refusal);
    }

    /// <summary>Tells whether a module has its folder for itself; around a script file there may lie anything.</summary>
    private static bool IsFolderOf(PSModuleInfo module)
    {
        string name = Path.GetFileName(module.ModuleBase);
        return name.Equals(module.Name, StringComparison.OrdinalIgnoreCase)
            || (Version.TryParse(name, out _) && Path.GetFileName(Path.GetDirectoryName(module.ModuleBase) ?? string.Empty).Equals(module.Name, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> All(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder).Where(IsShown))
        {
            yield return file;
        }

        foreach (string file in Directory.EnumerateDirectories(folder).Where(IsShown).SelectMany(All))
        {
            yield return file;
        }
    }

    // A folder of a version control system, say, is none of the module's.
    private static bool IsShown(string path) => !Path.GetFileName(path).StartsWith('.');

    private static IEnumerable<string> Named(PSModuleInfo module) =>
        new[] { module.Path, Path.Combine(module.ModuleBase, module.Name + ".psd1"), module.RootModule is { Length: > 0 } root ? Path.Combine(module.ModuleBase, root) : null }
            .Concat(module.FileList)
            .Concat(module.NestedModules.Select(static nested => nested.Path))
            .Concat(module.Scripts)
            .Concat(module.ExportedTypeFiles)
            .Concat(module.ExportedFormatFiles)
            .OfType<string>()
            .Select(path => Path.GetFullPath(path, module.ModuleBase))
            .Where(path => path.StartsWith(module.ModuleBase + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(path))
            .Distinct(StringComparer.Ordinal);

    private static byte[] Pack(string folder, string[] names)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string name in names)
            {
                ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.Fastest);
                entry.LastWriteTime = Time;
                using Stream target = entry.Open();
                using FileStream source = File.OpenRead(Path.Combine(folder, name));
                source.CopyTo(target);
            }
        }

        return bytes.ToArray();
    }
}
