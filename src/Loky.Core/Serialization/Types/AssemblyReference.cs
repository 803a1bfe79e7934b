using System.Reflection;
using System.Runtime.CompilerServices;

namespace Loky.Serialization;

/// <summary>An assembly as one process names it to another.</summary>
/// <param name="FullName">Its full name.</param>
/// <param name="Path">Its file, or <see langword="null"/> for an assembly of .NET itself, which each process has its own of.</param>
/// <param name="ModuleVersion">The identity that the compiler gave to this very build of it, or zero for one of .NET itself.</param>
internal sealed record AssemblyReference(string FullName, string? Path, Guid ModuleVersion)
{
    private static readonly ConditionalWeakTable<Assembly, AssemblyReference> Cache = [];

    /// <summary>Gets the name without version and key.</summary>
    public string SimpleName
    {
        get
        {
            int comma = FullName.IndexOf(',', StringComparison.Ordinal);
            return comma < 0 ? FullName : FullName[..comma];
        }
    }

    /// <summary>Names an assembly of this process.</summary>
    public static AssemblyReference To(Assembly assembly) => Cache.GetValue(assembly, Create);

    private static AssemblyReference Create(Assembly assembly)
    {
        string name = assembly.FullName ?? assembly.GetName().FullName;
        return AssemblyFacts.IsFramework(assembly)
            ? new AssemblyReference(name, null, Guid.Empty)
            : new AssemblyReference(name, assembly.Location, assembly.ManifestModule.ModuleVersionId);
    }
}
