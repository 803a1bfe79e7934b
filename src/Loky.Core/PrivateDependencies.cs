using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Loky;

/// <summary>
/// Loads the libraries that Loky depends on in a load context of their own, where they lie in the folder
/// <c>Dependencies</c> beside this assembly, as in the module. So they never meet another version of theirs, or another
/// assembly of the same name, that the session or a script in a worker has loaded, before or after.
/// </summary>
/// <remarks>
/// Only <c>Loky.Wire</c>, a name that nobody else has, is ever looked for from outside; its own references are resolved in
/// the private context. In a .NET program without that folder the libraries are its dependencies like any other.
/// </remarks>
internal static class PrivateDependencies
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(typeof(PrivateDependencies).Assembly.Location) ?? string.Empty, "Dependencies");

    private static readonly Lazy<PrivateContext> Context = new(static () => new PrivateContext());

    private static int _isRegistered;

    /// <summary>Has references to <c>Loky.Wire</c> resolved. To be called before a method that uses it is compiled; from any thread, any number of times.</summary>
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
        /// <summary>Gets the assembly of that name from the folder, or <see langword="null"/>.</summary>
        public Assembly? Find(AssemblyName name) => Load(name);

        /// <inheritdoc/>
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string path = Path.Combine(Folder, assemblyName.Name + ".dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
