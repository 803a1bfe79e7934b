namespace Loky.Pester.Bridge;

/// <summary>The places in the source tree that the bridge needs.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Loky.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the Pester files.</summary>
    public static string PesterFolder { get; } = Path.Combine(Root, "tests", "Pester");

    /// <summary>The assembled module, or the one the caller wants tested instead.</summary>
    public static string Module { get; } =
        Environment.GetEnvironmentVariable("LOKY_MODULE") is { Length: > 0 } chosen
            ? Path.GetFullPath(chosen)
            : Path.Combine(Root, "out", "Loky");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Loky.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"Loky.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
