using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Loky;

/// <summary>
/// Loads the libraries that Loky depends on from the folder <c>Dependencies</c> beside this assembly, as in the module,
/// in a load context of their own, so that they never meet other versions that the session or a script has loaded.
/// </summary>
/// <remarks>Without that folder, as in a .NET program, the libraries are its dependencies like any other.</remarks>
internal static class PrivateDependencies
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(typeof(PrivateDependencies).Assembly.Location) ?? string.Empty, "Dependencies");

    private static readonly Lazy<PrivateContext> Context = new(static () => new PrivateContext());

    private static int _isRegistered;

    /// <summary>Has <c>Loky.Wire</c> found; must run before a method that uses it is compiled. Thread-safe.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "No other code runs before the first method that needs the dependencies.")]
    internal static void Register()
    {
        if (Interlocked.Exchange(ref _isRegistered, 1) == 0)
        {
            Assembly own = typeof(PrivateDependencies).Assembly;
            (AssemblyLoadContext.GetLoadContext(own) ?? AssemblyLoadContext.Default).Resolving += static (_, name) =>
                name.Name == "Loky.Wire" ? Context.Value.Find(name) : null;
        }
    }

    private sealed class PrivateContext() : AssemblyLoadContext("Loky")
    {
        public Assembly? Find(AssemblyName name) => Load(name);

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string path = Path.Combine(Folder, assemblyName.Name + ".dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
