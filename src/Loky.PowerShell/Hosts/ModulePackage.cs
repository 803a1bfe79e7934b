using System.Globalization;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;

namespace Loky.PowerShell.Hosts;

/// <summary>The files of this module that a host needs, as they were when the first host was reached.</summary>
internal sealed class ModulePackage
{
    private static readonly Lazy<ModulePackage> LazyCurrent = new(static () => new ModulePackage(Path.GetDirectoryName(typeof(ModulePackage).Assembly.Location)!));
    private readonly List<byte[]> _contents = [];

    private ModulePackage(string folder)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in FilesIn(folder))
        {
            string name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            byte[] content = File.ReadAllBytes(path);
            digest.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\n{content.Length}\n")));
            digest.AppendData(content);
            Files.Add(new PackageFile(name, content.Length));
            _contents.Add(content);
        }

        Hash = Convert.ToHexString(digest.GetHashAndReset());
        IsForOneMachine = HasMachineCode(Path.Combine(folder, "Loky.PowerShell.dll"));
    }

    public static ModulePackage Current => LazyCurrent.Value;

    /// <summary>Gets the files in the order of their contents.</summary>
    public List<PackageFile> Files { get; } = [];

    /// <summary>Gets the SHA-256 over names, sizes and contents.</summary>
    public string Hash { get; }

    public int Size => _contents.Sum(static content => content.Length);

    /// <summary>Gets a value indicating whether it holds machine code of one operating system and architecture.</summary>
    public bool IsForOneMachine { get; }

    public async Task WriteToAsync(Stream stream)
    {
        foreach (byte[] content in _contents)
        {
            await stream.WriteAsync(content).ConfigureAwait(false);
        }
    }

    /// <summary>All but what is only read by people.</summary>
    private static IEnumerable<string> FilesIn(string folder) => Directory.EnumerateFiles(folder)
        .Concat(Directory.EnumerateFiles(Path.Combine(folder, "Dependencies")))
        .Where(static path => Path.GetExtension(path) is ".dll" or ".json" or ".psd1" or ".ps1xml")
        .Order(StringComparer.Ordinal);

    private static bool HasMachineCode(string path)
    {
        using var reader = new PEReader(File.OpenRead(path));
        return reader.PEHeaders.CoffHeader.Machine != Machine.I386;
    }
}
