using System.Collections;
using System.Collections.Concurrent;
using Loky.Execution;
using Pwsh = System.Management.Automation.PowerShell;

namespace Loky.PowerShell.Capture;

/// <summary>Finds out, for a call that has workers on other machines, what the modules are that it uses, so that a host that
/// lacks one can import it all the same. To be used on the thread of the caller's session.</summary>
internal static class TravellingModules
{
    private static readonly ConcurrentDictionary<string, (string Stamp, ModuleFiles Files)> Known = new(StringComparer.Ordinal);
    private static readonly string PowerShellHome = Path.GetDirectoryName(typeof(PSObject).Assembly.Location)! + Path.DirectorySeparatorChar;

    /// <summary>Files are added to <paramref name="shared"/>, or to the part itself where that is null.</summary>
    public static void Describe(Hashtable first, List<SharedValue>? shared)
    {
        if (first[CallSetup.Modules] is not IEnumerable modules)
        {
            return;
        }

        var described = new List<object>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string module in modules.Cast<string>().ToArray())
        {
            Add(module, described, seen, shared);
        }

        first[CallSetup.Modules] = described.ToArray();
    }

    private static void Add(string module, List<object> described, HashSet<string> seen, List<SharedValue>? shared)
    {
        if (!seen.Add(module))
        {
            return;
        }

        if (Find(module) is not { } info || info.ModuleBase is not { Length: > 0 } folder || FileOf(info) is not { } file)
        {
            // Whoever imports it tells why it cannot be.
            described.Add(module);
            return;
        }

        // Its manifest demands them, and says nothing of where they are.
        foreach (PSModuleInfo required in info.RequiredModules)
        {
            Add(required.Path is { Length: > 0 } path && File.Exists(path) ? path : required.Name, described, seen, shared);
        }

        bool isPart = info.ModuleBase.StartsWith(PowerShellHome, StringComparison.Ordinal);
        ModuleFiles files = isPart ? new ModuleFiles([file], CapturedModule.DigestOf(folder, [file]) ?? string.Empty, null, null) : FilesOf(info, file);
        int index = -1;
        if (files.Archive is { } archive && shared is not null)
        {
            index = shared.Count;
            shared.Add(archive);
        }

        described.Add(new CapturedModule
        {
            Module = module,
            Name = info.Name,
            Version = info.Version?.ToString() ?? "0.0",
            IsPartOfPowerShell = isPart,
            Folder = folder,
            File = file,
            Files = files.Files,
            Digest = files.Digest,
            Content = shared is null ? files.Archive?.Bytes.ToArray() : null,
            SharedIndex = index,
            Refusal = files.Refusal,
        }.ToTable());
    }

    /// <summary>Reads a module's files anew only where one of the folder has changed.</summary>
    private static ModuleFiles FilesOf(PSModuleInfo module, string file)
    {
        string key = Path.Combine(module.ModuleBase, file);
        string stamp = string.Join('|', new DirectoryInfo(module.ModuleBase)
            .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            .Take(10_000)
            .Select(static entry => $"{entry.FullName}:{entry.Length}:{entry.LastWriteTimeUtc.Ticks}"));
        if (!Known.TryGetValue(key, out (string Stamp, ModuleFiles Files) known) || known.Stamp != stamp)
        {
            Known[key] = known = (stamp, ModuleFiles.Of(module, file));
        }

        return known.Files;
    }

    private static string? FileOf(PSModuleInfo module)
    {
        string manifest = Path.Combine(module.ModuleBase, module.Name + ".psd1");
        string path = File.Exists(manifest) ? manifest : module.Path;
        return File.Exists(path) && path.StartsWith(module.ModuleBase + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? Path.GetRelativePath(module.ModuleBase, path).Replace('\\', '/')
            : null;
    }

    /// <summary>Finds the module that the session has under a name or path, or would import.</summary>
    private static PSModuleInfo? Find(string module)
    {
        using var shell = Pwsh.Create(RunspaceMode.CurrentRunspace);
        bool isPath = Path.IsPathRooted(module);
        shell.AddCommand("Microsoft.PowerShell.Core\\Get-Module").AddParameter("All", true);
        foreach (PSModuleInfo loaded in shell.Invoke<PSModuleInfo>())
        {
            if (isPath
                ? loaded.Path == module || (FileOf(loaded) is { } file && Path.GetFullPath(file, loaded.ModuleBase) == module)
                : loaded.Name.Equals(module, StringComparison.OrdinalIgnoreCase))
            {
                return loaded;
            }
        }

        shell.Commands.Clear();
        shell.AddCommand("Microsoft.PowerShell.Core\\Get-Module").AddParameter("ListAvailable", true).AddParameter("Name", module).AddParameter("ErrorAction", "Ignore");
        return shell.Invoke<PSModuleInfo>().FirstOrDefault();
    }
}
