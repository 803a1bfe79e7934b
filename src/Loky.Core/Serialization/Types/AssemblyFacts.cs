using System.Reflection;

namespace Loky.Serialization;

internal static class AssemblyFacts
{
    private static readonly string? FrameworkDirectory = Path.GetDirectoryName(typeof(object).Assembly.Location);

    /// <summary>Tells whether the assembly exists only in the memory of this process, so that no other can load it.</summary>
    public static bool IsInMemory(Assembly assembly) =>
        assembly.IsDynamic || (assembly.Location.Length == 0 && assembly != typeof(object).Assembly);

    /// <summary>Tells whether the assembly is a part of .NET, which every process brings itself.</summary>
    public static bool IsFramework(Assembly assembly)
    {
        if (assembly == typeof(object).Assembly)
        {
            return true;
        }

        // Other shared frameworks lie beside .NET's own: <root>/shared/<framework>/<version>.
        // A self-contained program has all in one directory; there the name has to tell.
        string name = assembly.GetName().Name ?? string.Empty;
        return !assembly.IsDynamic
            && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal)
                || name is "System" or "mscorlib" or "netstandard" or "WindowsBase")
            && Path.GetDirectoryName(assembly.Location) is { Length: > 0 } directory
            && (directory == FrameworkDirectory
                || (FrameworkDirectory is not null && Path.GetDirectoryName(Path.GetDirectoryName(directory)) is { } root
                    && root == Path.GetDirectoryName(Path.GetDirectoryName(FrameworkDirectory))
                    && Path.GetFileName(root) == "shared"));
    }
}
