using System.Collections;

namespace Loky.PowerShell.Capture;

/// <summary>The environment variables that changed in this process since an executor was made, whose workers have the old ones.</summary>
internal sealed class EnvironmentChanges
{
    private readonly IDictionary _then = System.Environment.GetEnvironmentVariables();
    private readonly IReadOnlyDictionary<string, string?>? _own;

    /// <summary>Notes the environment of this moment.</summary>
    /// <param name="own">The variables that the executor sets itself; they stay what they are.</param>
    public EnvironmentChanges(IReadOnlyDictionary<string, string?>? own) => _own = own;

    /// <summary>Returns what is different now: name and value, null for a variable that is gone.</summary>
    public Hashtable SinceThen()
    {
        IDictionary now = System.Environment.GetEnvironmentVariables();
        var changes = new Hashtable();
        foreach (DictionaryEntry variable in now)
        {
            if (!Equals(_then[variable.Key], variable.Value))
            {
                Add(changes, variable.Key, variable.Value);
            }
        }

        foreach (object name in _then.Keys)
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
        if (_own is null || !_own.ContainsKey((string)name))
        {
            changes[name] = value;
        }
    }
}
