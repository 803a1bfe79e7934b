using System.Collections;
using Loky.Launch;

namespace Loky.PowerShell.Capture;

/// <summary>How this process's environment differs from that of new workers, but for the executor's own variables.</summary>
internal sealed class EnvironmentChanges(IReadOnlyDictionary<string, string> inherited, IReadOnlyDictionary<string, string?>? own)
{
    private readonly IReadOnlyDictionary<string, string?> _own = EnvironmentNames.Of(own);

    /// <summary>Returns what is different now: name and value, null for a variable that is gone.</summary>
    public Hashtable UntilNow()
    {
        Dictionary<string, string> now = EnvironmentNames.Read();
        var changes = new Hashtable();
        foreach ((string name, string current) in now)
        {
            if (!inherited.TryGetValue(name, out string? value) || value != current)
            {
                Add(changes, name, current);
            }
        }

        foreach (string name in inherited.Keys)
        {
            if (!now.ContainsKey(name))
            {
                Add(changes, name, null);
            }
        }

        return changes;
    }

    private void Add(Hashtable changes, string name, string? value)
    {
        if (!_own.ContainsKey(name))
        {
            changes[name] = value;
        }
    }
}
