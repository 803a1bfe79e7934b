using System.Collections.Concurrent;
using System.Collections.ObjectModel;

namespace Loky.PowerShell.Serialization;

/// <summary>Sets all type names of an object at once. Objects of one kind share one read-only list, of which PowerShell makes a
/// copy for an object whose names are changed later.</summary>
internal static class TypeNameSetter
{
    private const int MostKept = 1024;

    private static readonly Action<PSObject, Collection<string>>? Setter =
        ObjectInternals.NewTypeNames.IsPresent ? ObjectInternals.SetTypeNames.Info : null;

    private static readonly ConcurrentDictionary<string, Collection<string>> Lists = new(StringComparer.Ordinal);

    /// <summary>Sets the type names of <paramref name="value"/>; false where PowerShell has other internals.</summary>
    public static bool TrySet(PSObject value, string[] names)
    {
        if (Setter is null)
        {
            return false;
        }

        string key = names.Length == 1 ? names[0] : string.Join('\n', names);
        if (!Lists.TryGetValue(key, out Collection<string>? list))
        {
            list = ObjectInternals.NewTypeNames.New(names, true)!;
            if (Lists.Count < MostKept)
            {
                Lists[key] = list;
            }
        }

        Setter(value, list);
        return true;
    }
}
