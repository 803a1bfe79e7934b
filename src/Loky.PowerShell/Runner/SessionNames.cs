using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace Loky.PowerShell.Runner;

/// <summary>The variables, functions and aliases of a session that are only there for a time.</summary>
internal sealed class SessionNames(SessionStateProxy state)
{
    private static readonly string[] Drives = ["Variable:", "Function:", "Alias:"];

    private readonly Dictionary<string, object?> _replaced = new(StringComparer.OrdinalIgnoreCase);
    private HashSet<string>[] _baseline = [[], [], []];

    /// <summary>Notes the names that stay.</summary>
    public void NoteBaseline()
    {
        _baseline = [.. Drives.Select(drive => new HashSet<string>(NamesOf(drive), StringComparer.OrdinalIgnoreCase))];
        _replaced.Clear();
    }

    /// <summary>Gives the session names.</summary>
    public void Define(Hashtable variables, IReadOnlyDictionary<string, ScriptBlock> functions, Hashtable aliases)
    {
        foreach (DictionaryEntry variable in variables)
        {
            var name = (string)variable.Key;
            if (_baseline[0].Contains(name))
            {
                _ = _replaced.TryAdd(name, state.GetVariable(name));
            }

            state.SetVariable(name, variable.Value);
        }

        foreach (DictionaryEntry alias in aliases)
        {
            _ = state.InvokeProvider.Item.Set("Alias:" + alias.Key, alias.Value);
        }

        foreach ((string name, ScriptBlock body) in functions)
        {
            _ = state.InvokeProvider.Item.Set("Function:" + WildcardPattern.Escape(name), body);
        }
    }

    /// <summary>Takes back what was given, and what came beside.</summary>
    public void TakeBack()
    {
        for (int i = 0; i < Drives.Length; i++)
        {
            foreach (string name in NamesOf(Drives[i]).Where(name => !_baseline[i].Contains(name)).ToArray())
            {
                if (!TryRemove(Drives[i] + name))
                {
                    _baseline[i].Add(name);
                }
            }
        }

        foreach ((string name, object? value) in _replaced)
        {
            state.SetVariable(name, value);
        }

        _replaced.Clear();
    }

    /// <summary>Some names come into being by themselves and cannot be removed; they hold nothing of a call.</summary>
    private bool TryRemove(string path)
    {
        try
        {
            state.InvokeProvider.Item.Remove([path], recurse: false, force: true, literalPath: true);
            return true;
        }
        catch (Exception exception) when (exception is SessionStateException or ProviderInvocationException)
        {
            // Read-only, or a local of PowerShell's own, as the importing of a module leaves behind.
            return false;
        }
    }

    /// <summary>Gets the names on a drive, but for those that belong to a module.</summary>
    private IEnumerable<string> NamesOf(string drive)
    {
        foreach (PSObject item in state.InvokeProvider.ChildItem.Get(drive, recurse: false))
        {
            string? name = item.BaseObject switch
            {
                PSVariable { Module: null } variable when (variable.Options & ScopedItemOptions.Constant) == 0 => variable.Name,
                CommandInfo { Module: null } command => command.Name,
                _ => null,
            };
            if (name is not null)
            {
                yield return name;
            }
        }
    }
}
