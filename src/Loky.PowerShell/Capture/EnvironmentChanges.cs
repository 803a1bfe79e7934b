using System.Collections;

namespace Loky.PowerShell.Capture;

/// <summary>How the environment of this process differs from that which the workers of an executor are started with.</summary>
/// <param name="inherited">The environment that the workers are started with.</param>
/// <param name="own">The variables that the executor sets itself; they stay what they are.</param>
internal sealed class EnvironmentChanges(IReadOnlyDictionary<string, string> inherited, IReadOnlyDictionary<string, string?>? own)
{
    /// <summary>Returns what is different now: name and value, null for a variable that is gone.</summary>
    public Hashtable UntilNow()
    {
        IDictionary now = System.Environment.GetEnvironmentVariables();
        var changes = new Hashtable();
        foreach (DictionaryEntry variable in now)
        {
            if (!inherited.TryGetValue((string)variable.Key, out string? value) || value != (string?)variable.Value)
            {
                Add(changes, variable.Key, variable.Value);
            }
        }

        foreach (string name in inherited.Keys)
        {
            if (!now.Contains(name))
            {
                Add(changes, name, null);
            }
        }

        return changes;
    }

    private void Add(Hashtable changes, object name, object? value)
    {
        if (own is null || !own.ContainsKey((string)name))
        {
            changes[name] = value;
        }
    }
}
