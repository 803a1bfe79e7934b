using System.Collections.Concurrent;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// The types, beyond the fixed set, that both sides have and whose instances are rebuilt as what they are: the classes
/// and enums that the caller's script defines. Safe to use from several threads.
/// </summary>
internal sealed class KnownTypes
{
    private readonly ConcurrentDictionary<string, Type> _byName = new(StringComparer.Ordinal);

    /// <summary>Gets a value indicating whether there is none.</summary>
    public bool IsEmpty => _byName.IsEmpty;

    /// <summary>Adds a type under its full name; a later type of the same name replaces an earlier one.</summary>
    public void Add(Type type) => _byName[type.FullName ?? type.Name] = type;

    /// <summary>Forgets all types.</summary>
    public void Clear() => _byName.Clear();

    /// <summary>Gets the type of a name, if there is one.</summary>
    public Type? Find(string name) => _byName.TryGetValue(name, out Type? type) ? type : null;

    /// <summary>Tells whether <paramref name="type"/> itself, not another of its name, was added.</summary>
    public bool Contains(Type type) => _byName.TryGetValue(type.FullName ?? type.Name, out Type? known) && known == type;
}
