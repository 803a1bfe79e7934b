using System.Collections;
using System.Management.Automation.Runspaces;
using Loky.PowerShell.Capture;

namespace Loky.PowerShell.Runner;

/// <summary>The variables, functions and aliases of a session that are only there for a time.</summary>
internal sealed class SessionNames(Runspace runspace)
{
    private static readonly string[] Drives = ["Variable:", "Function:", "Alias:"];
    private static readonly InternalMethod[] Tables = [SessionInternals.Variables, SessionInternals.Functions, SessionInternals.Aliases];

    private readonly SessionStateProxy _state = runspace.SessionStateProxy;
    private readonly Dictionary<string, object?> _replaced = new(StringComparer.OrdinalIgnoreCase);
    private Dictionary<string, SessionName>[] _baseline = [[], [], []];

    // Names that come and go by themselves.
    private HashSet<string>[] _unowned = [[], [], []];

    public void NoteBaseline()
    {
        _baseline = [.. Drives.Select((_, drive) => NamesOf(drive).ToDictionary(static name => name.Name, StringComparer.OrdinalIgnoreCase))];
        _unowned = [.. Drives.Select(static _ => new HashSet<string>(StringComparer.OrdinalIgnoreCase))];
        _replaced.Clear();
    }

    public void Define(Hashtable variables, IReadOnlyDictionary<string, ScriptBlock> functions, Hashtable aliases)
    {
        foreach (DictionaryEntry variable in variables)
        {
            var name = (string)variable.Key;
            if (_baseline[0].ContainsKey(name))
            {
                _ = _replaced.TryAdd(name, _state.GetVariable(name));
            }

            _state.SetVariable(name, name.Equals("PSDefaultParameterValues", StringComparison.OrdinalIgnoreCase) ? DefaultsOf(variable.Value) : variable.Value);
        }

        DefineAliases(aliases);
        foreach ((string name, ScriptBlock body) in functions)
        {
            _ = _state.InvokeProvider.Item.Set("Function:" + WildcardPattern.Escape(name), body);
        }
    }

    public void DefineAliases(Hashtable aliases)
    {
        foreach (DictionaryEntry alias in aliases)
        {
            _ = _state.InvokeProvider.Item.Set("Alias:" + alias.Key, alias.Value);
        }
    }

    /// <summary>Takes back what was given, and what came beside; gives back what was taken away.</summary>
    public void TakeBack()
    {
        for (int i = 0; i < Drives.Length; i++)
        {
            int unchanged = 0;
            foreach (SessionName name in NamesOf(i).ToArray())
            {
                if (_baseline[i].TryGetValue(name.Name, out SessionName? original))
                {
                    unchanged += original.IsStill(name) ? 1 : 0;
                }
                else if (!_unowned[i].Contains(name.Name) && !TryRemove(Drives[i] + name.Name))
                {
                    _unowned[i].Add(name.Name);
                }
            }

            if (unchanged < _baseline[i].Count)
            {
                Restore(i);
            }
        }

        foreach ((string name, object? value) in _replaced)
        {
            _state.SetVariable(name, value);
        }

        _replaced.Clear();
    }

    /// <summary>The variable takes only this type, and PowerShell converts to it in sessions of all rights only.</summary>
    private static object? DefaultsOf(object? value) =>
        (value is PSObject wrapped ? wrapped.BaseObject : value) is IDictionary table and not DefaultParameterDictionary ? new DefaultParameterDictionary(table) : value;

    /// <summary>Some names come into being by themselves and cannot be removed; they hold nothing of a call.</summary>
    private bool TryRemove(string path)
    {
        try
        {
            _state.InvokeProvider.Item.Remove([path], recurse: false, force: true, literalPath: true);
            return true;
        }
        catch (Exception exception) when (exception is SessionStateException or ProviderInvocationException)
        {
            // Read-only, or a local of PowerShell's own, as the importing of a module leaves behind.
            return false;
        }
    }

    private void Restore(int drive)
    {
        Dictionary<string, SessionName> now = NamesOf(drive).ToDictionary(static name => name.Name, StringComparer.OrdinalIgnoreCase);
        foreach (SessionName name in _baseline[drive].Values)
        {
            if (now.TryGetValue(name.Name, out SessionName? current) && name.IsStill(current))
            {
                continue;
            }

            if (!name.TryRestore(runspace, Drives[drive]))
            {
                // What PowerShell does not let come back is there for no later call, and not looked for again.
                _ = _baseline[drive].Remove(name.Name);
                _unowned[drive].Add(name.Name);
            }
        }
    }

    /// <summary>Gets the names on a drive, but for those that belong to a module.</summary>
    private IEnumerable<SessionName> NamesOf(int drive)
    {
        foreach (object item in ItemsOf(drive))
        {
            SessionName? name = item switch
            {
                PSVariable { Module: null } variable when (variable.Options & ScopedItemOptions.Constant) == 0 => SessionName.Of(variable),
                CommandInfo { Module: null } command => SessionName.Of(command),
                _ => null,
            };
            if (name is not null)
            {
                yield return name;
            }
        }
    }

    private IEnumerable<object> ItemsOf(int drive)
    {
        object? session = SessionInternals.SessionOfContext.Get(SessionInternals.ContextOfRunspace.Get(runspace));
        return Tables[drive].Invoke(session) is IDictionary table
            ? table.Values.Cast<object>()
            : _state.InvokeProvider.ChildItem.Get(Drives[drive], recurse: false).Select(static item => item.BaseObject);
    }
}
