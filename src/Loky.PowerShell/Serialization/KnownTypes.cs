using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Loky.PowerShell.Serialization;

/// <summary>The types, beyond the fixed set, that both sides have and whose instances are rebuilt as what they are: the classes
/// and enums that the caller's script defines. Safe to use from several threads.</summary>
internal sealed class KnownTypes
{
    private static readonly ConditionalWeakTable<Type, StrongBox<bool>> FromScripts = [];

    private readonly ConcurrentDictionary<string, Type> _byName = new(StringComparer.Ordinal);

    public bool IsEmpty => _byName.IsEmpty;

    /// <summary>Adds a type under its name; a later type of the same name replaces an earlier one.</summary>
    public void Add(Type type) => _byName[NameOf(type)] = type;

    public void Remove(Type type) => _ = _byName.TryRemove(KeyValuePair.Create(NameOf(type), type));

    public static bool IsOfScript(Type type) => FromScripts.GetValue(type, static type => new StrongBox<bool>(
        type.Assembly.IsDynamic
        && type.Assembly.GetCustomAttributesData().Any(static attribute => attribute.AttributeType.Name == "DynamicClassImplementationAssemblyAttribute"))).Value;

    /// <summary>Gets the name that a type has on both sides. PowerShell puts a hash of the surrounding script before the name of
    /// a class that is defined inside a script block or function, and that is another one in another process.</summary>
    public static string NameOf(Type type)
    {
        string name = type.FullName ?? type.Name;
        return type.Assembly.IsDynamic && name.StartsWith('<') ? type.Name : name;
    }

    public void Clear() => _byName.Clear();

    public Type? Find(string name) => _byName.TryGetValue(name, out Type? type) ? type : null;

    /// <summary>Tells whether <paramref name="type"/> itself, not another of its name, was added.</summary>
    public bool Contains(Type type) => _byName.TryGetValue(NameOf(type), out Type? known) && known == type;

    /// <summary>Gets the nearest of a type and its bases that was not added, or null.</summary>
    public Type? BaseOf(Type type)
    {
        Type? current = type;
        while (current is not null && Contains(current))
        {
            current = current.BaseType;
        }

        return current;
    }
}
