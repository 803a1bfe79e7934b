using System.Reflection;
using System.Text.Json;

namespace Loky.Tools;

/// <summary>The PowerShell that the tool manifest of this repository pins.</summary>
public static class PinnedPowerShell
{
    private const string Package = "powershell";
    private const string ManifestName = ".config/dotnet-tools.json";

    /// <summary>Opens it.</summary>
    /// <exception cref="PowerShellException">It is not there, or the manifest is broken.</exception>
    public static PowerShellProgram Open() => Open(FindManifest(), PackagesFolder(), RestoredFile());

    /// <summary>Opens what a manifest pins.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="packages">The folder that NuGet keeps packages in.</param>
    /// <param name="restored">
    /// The file in which <c>dotnet tool restore</c> remembers where the tool is, or null. It fetches nothing where it remembers
    /// a place, though packages are kept elsewhere by now.
    /// </param>
    /// <exception cref="PowerShellException">It is not there, or the manifest is broken.</exception>
    public static PowerShellProgram Open(string manifest, string packages, string? restored = null)
    {
        string version = ReadVersion(manifest);

        // The package's own entrance is a program that starts this one; killed, it would leave it behind.
        string system = OperatingSystem.IsWindows() ? "win" : "unix";
        string? library = new[] { Path.Combine(packages, Package, version, "tools"), RestoredFolder(restored, version) }
            .Where(Directory.Exists)
            .SelectMany(static folder => Directory.EnumerateFiles(folder!, "pwsh.dll", SearchOption.AllDirectories))
            .FirstOrDefault(file => Path.GetFileName(Path.GetDirectoryName(file)) == system);
        return library is null
            ? throw new PowerShellException(
                $"PowerShell {version}, pinned in {ManifestName}, is not there: 'dotnet tool restore' fetches it, or tells what is in its way.")
            : PowerShellProgram.Open(library, $"The PowerShell {version} in {library}");
    }

    private static string ReadVersion(string manifest)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(manifest));
            return document.RootElement.GetProperty("tools").GetProperty(Package).GetProperty("version").GetString()
                ?? throw new KeyNotFoundException();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new PowerShellException($"The tool manifest {manifest} cannot be read: {e.Message}", isMistake: true);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException)
        {
            throw new PowerShellException($"The tool manifest {manifest} names no version of the tool '{Package}'.", isMistake: true);
        }
    }

    private static string RestoredFile() => Path.Combine(
        Environment.GetEnvironmentVariable("DOTNET_CLI_HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        ".dotnet", "toolResolverCache", "1", Package);

    private static string? RestoredFolder(string? file, string version)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(file is null ? "[]" : File.ReadAllText(file));
            return document.RootElement.EnumerateArray()
                .Where(tool => tool.GetProperty("Version").GetString() == version)
                .Select(static tool => Path.GetDirectoryName(tool.GetProperty("PathToExecutable").GetString()))
                .FirstOrDefault();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or KeyNotFoundException or InvalidOperationException)
        {
            // It is the SDK's own file, and may have another form some day.
            return null;
        }
    }

    private static string FindManifest()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Loky.sln")))
            {
                return Path.Combine(folder.FullName, ".config", "dotnet-tools.json");
            }
        }

        throw new PowerShellException($"Loky.sln is in no folder above {AppContext.BaseDirectory}, so {ManifestName} cannot be found.", isMistake: true);
    }

    private static string PackagesFolder() =>
        typeof(PinnedPowerShell).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == nameof(PackagesFolder)).Value!;
}
