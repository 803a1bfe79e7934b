using System.Reflection;
using System.Runtime.CompilerServices;

namespace Loky.Serialization;

/// <summary>An assembly as one process names it to another; one of .NET itself has neither a path nor a build.</summary>
internal sealed record AssemblyReference(string FullName, string? Path, Guid ModuleVersion)
{
    private static readonly ConditionalWeakTable<Assembly, AssemblyReference> Cache = [];

    public string SimpleName => FullName.Split(',', 2)[0];

    public static AssemblyReference To(Assembly assembly) => Cache.GetValue(assembly, Create);

    private static AssemblyReference Create(Assembly assembly)
    {
        string name = assembly.FullName ?? assembly.GetName().FullName;
        return AssemblyFacts.IsFramework(assembly)
            ? new AssemblyReference(name, null, Guid.Empty)
            : new AssemblyReference(name, assembly.Location, assembly.ManifestModule.ModuleVersionId);
    }
}
