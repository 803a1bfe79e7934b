using System.Buffers;
using System.Collections.Concurrent;

namespace Loky.PowerShell.Serialization;

/// <summary>Finds types by name among what is there already. It never loads an assembly, and what it finds for an object to be
/// made is known to both sides, a plain value of the framework, or an enum, which has no code to run.</summary>
internal static class TypeResolver
{
    private const int LongestName = 1024;
    private const int MostKept = 4096;

    private static readonly SearchValues<char> NotInNames = SearchValues.Create("[],*&\\");
    private static readonly ConcurrentDictionary<string, Type> Loaded = new(StringComparer.Ordinal);

    /// <summary>Finds a type that an object may be made of, or null.</summary>
    public static Type? Find(string name, KnownTypes? known) =>
        known?.Find(name) ?? (FindLoaded(name, null) is { IsEnum: true } type ? type : null);

    public static Type? FindLoaded(string name, KnownTypes? known)
    {
        Type? type = known?.Find(name);

        // A name with brackets or commas would make the runtime look for assemblies.
        if (type is not null || Loaded.TryGetValue(name, out type) || name.Length is 0 or > LongestName || name.AsSpan().ContainsAny(NotInNames))
        {
            return type;
        }

        type = Search(name);
        if (type is { IsCollectible: false } && Loaded.Count < MostKept)
        {
            Loaded[name] = type;
        }

        return type;
    }

    private static Type? Search(string name) => AppDomain.CurrentDomain.GetAssemblies()
        .Select(assembly => assembly.GetType(name, throwOnError: false))
        .FirstOrDefault(static type => type is not null);
}
