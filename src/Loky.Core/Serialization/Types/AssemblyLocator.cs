using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;

namespace Loky.Serialization;

/// <summary>Finds in a worker the assemblies that the parent names, and what they depend on.</summary>
internal sealed class AssemblyLocator
{
    private readonly ConcurrentDictionary<AssemblyReference, Assembly> _found = new();
    private readonly ConcurrentDictionary<string, AssemblyDependencyResolver?> _resolvers = new();
    private readonly object _loading = new();
    private bool _isHooked;

    private AssemblyLocator()
    {
    }

    public static AssemblyLocator Shared { get; } = new();

    /// <summary>Gets the assembly that another process has named, loading it if need be.</summary>
    /// <exception cref="TaskSerializationException">It is missing, or another build than the other process's.</exception>
    public Assembly Load(AssemblyReference reference) =>
        _found.TryGetValue(reference, out Assembly? found) ? found : _found.GetOrAdd(reference, Find(reference));

    private Assembly Find(AssemblyReference reference)
    {
        try
        {
            return reference.Path is null
                ? Assembly.Load(new AssemblyName(reference.SimpleName))
                : FindBuild(reference, reference.Path);
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException or ArgumentException)
        {
            throw new TaskSerializationException(
                MessageText.Format(Messages.AssemblyMissing, reference.FullName, reference.Path, exception.Message), exception);
        }
    }

    // On its own, because the compiler lets the temporary variables of a filter such as the one above share their place with
    // the variable that says whether the lock is taken: the lock would stay taken if the filter said no.
    private Assembly FindBuild(AssemblyReference reference, string path)
    {
        lock (_loading)
        {
            Assembly assembly = FindLoaded(reference) ?? LoadFile(path);
            Guid version = assembly.ManifestModule.ModuleVersionId;
            return version == reference.ModuleVersion
                ? assembly
                : throw new TaskSerializationException(MessageText.Format(
                    Messages.AssemblyDiffers, reference.SimpleName, assembly.Location, version, path, reference.ModuleVersion));
        }
    }

    // More than one may be loaded, in several contexts: the one of the same build is meant.
    private static Assembly? FindLoaded(AssemblyReference reference)
    {
        Assembly[] candidates = [.. AppDomain.CurrentDomain.GetAssemblies()
            .Where(assembly => !assembly.IsDynamic && assembly.GetName().Name == reference.SimpleName)];
        return candidates.FirstOrDefault(assembly => assembly.ManifestModule.ModuleVersionId == reference.ModuleVersion)
            ?? candidates.FirstOrDefault(assembly => AssemblyLoadContext.GetLoadContext(assembly) == AssemblyLoadContext.Default);
    }

    private Assembly LoadFile(string path)
    {
        if (!_isHooked)
        {
            _isHooked = true;
            AssemblyLoadContext.Default.Resolving += ResolveDependency;
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += ResolveNativeDependency;
        }

        // Before the load: the dependencies may be asked for at once.
        _ = _resolvers.GetOrAdd(path, CreateResolver);
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
    }

    private static AssemblyDependencyResolver? CreateResolver(string path)
    {
        try
        {
            return new AssemblyDependencyResolver(path);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or DllNotFoundException)
        {
            // A host without the component that reads dependency files: the directory of the assembly has to do.
            return null;
        }
    }

    private Assembly? ResolveDependency(AssemblyLoadContext context, AssemblyName name)
    {
        string? found = _resolvers
            .Select(known => known.Value is { } resolver
                ? resolver.ResolveAssemblyToPath(name)
                : Path.Combine(Path.GetDirectoryName(known.Key)!, name.Name + ".dll"))
            .FirstOrDefault(File.Exists);
        return found is null ? null : context.LoadFromAssemblyPath(found);
    }

    private nint ResolveNativeDependency(Assembly assembly, string name)
    {
        string? found = _resolvers.Values.Select(resolver => resolver?.ResolveUnmanagedDllToPath(name)).FirstOrDefault(path => path is not null);
        return found is null ? 0 : System.Runtime.InteropServices.NativeLibrary.Load(found);
    }
}
