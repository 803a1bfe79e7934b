using System.Buffers;
using System.Collections.Concurrent;
using System.Reflection;

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
        if (known?.Find(name) is { } type)
        {
            return type;
        }

        if (Loaded.TryGetValue(name, out type))
        {
            return type;
        }

        // A name with brackets or commas would make the runtime look for assemblies.
        if (name.Length is 0 or > LongestName || name.AsSpan().ContainsAny(NotInNames))
        {
            return null;
        }

        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            type = assembly.GetType(name, throwOnError: false);
            if (type is null)
            {
                continue;
            }

            if (!type.IsCollectible && Loaded.Count < MostKept)
            {
                Loaded[name] = type;
            }

            return type;
        }

        return null;
    }
}
