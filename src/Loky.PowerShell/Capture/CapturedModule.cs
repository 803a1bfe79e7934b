using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Loky.PowerShell.Capture;

/// <summary>A module that a worker on another machine is to import: what it is there, and its files where they travel.</summary>
internal sealed record CapturedModule
{
    /// <summary>Gets the name or path by which the caller's machine imports it.</summary>
    public required string Module { get; init; }

    public required string Name { get; init; }

    /// <summary>Gets its version; 0.0 for none.</summary>
    public required string Version { get; init; }

    /// <summary>Gets a value indicating whether it is part of PowerShell, so that the host's own is as good.</summary>
    public bool IsPartOfPowerShell { get; init; }

    /// <summary>Gets the folder that it is in on the caller's machine.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets the file to import, relative to the folder.</summary>
    public required string File { get; init; }

    /// <summary>Gets the files that it is known by, relative to the folder, with '/' between folders.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Gets the SHA-256 over the names and contents of these files.</summary>
    public required string Digest { get; init; }

    /// <summary>Gets the files as a zip archive; null where they do not travel, or are apart.</summary>
    public byte[]? Content { get; init; }

    /// <summary>Gets which of the values that are sent apart the archive is; negative for none.</summary>
    public int SharedIndex { get; init; } = -1;

    /// <summary>Gets why its files do not travel; null where they do.</summary>
    public string? Refusal { get; init; }

    /// <summary>Computes what files are known by; null where one is missing.</summary>
    public static string? DigestOf(string folder, IEnumerable<string> files)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in files)
        {
            string path = Path.Combine(folder, name);
            if (!System.IO.File.Exists(path))
            {
                return null;
            }

            byte[] content = System.IO.File.ReadAllBytes(path);
            digest.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\n{content.Length}\n")));
            digest.AppendData(content);
        }

        return Convert.ToHexString(digest.GetHashAndReset());
    }

    public Hashtable ToTable() => new()
    {
        [nameof(Module)] = Module,
        [nameof(Name)] = Name,
        [nameof(Version)] = Version,
        [nameof(IsPartOfPowerShell)] = IsPartOfPowerShell,
        [nameof(Folder)] = Folder,
        [nameof(File)] = File,
        [nameof(Files)] = Files.ToArray(),
        [nameof(Digest)] = Digest,
        [nameof(Content)] = Content,
        [nameof(SharedIndex)] = SharedIndex,
        [nameof(Refusal)] = Refusal,
    };

    public static CapturedModule Read(Hashtable table) => new()
    {
        Module = (string)table[nameof(Module)]!,
        Name = (string)table[nameof(Name)]!,
        Version = (string)table[nameof(Version)]!,
        IsPartOfPowerShell = (bool)table[nameof(IsPartOfPowerShell)]!,
        Folder = (string)table[nameof(Folder)]!,
        File = (string)table[nameof(File)]!,
        Files = [.. ((IEnumerable)table[nameof(Files)]!).Cast<string>()],
        Digest = (string)table[nameof(Digest)]!,
        Content = (byte[]?)table[nameof(Content)],
        SharedIndex = (int)table[nameof(SharedIndex)]!,
        Refusal = (string?)table[nameof(Refusal)],
    };
}
