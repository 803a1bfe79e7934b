using System.Management.Automation.Runspaces;

namespace Loky.PowerShell.Runner;

/// <summary>The names of classes and enums that scripts have defined in a worker's session, so that those of one call are not
/// there for the next. Where PowerShell keeps them elsewhere they stay, as in any session.</summary>
internal sealed class ScopeTypes(Runspace runspace)
{
    private Dictionary<string, Type> _baseline = [];
    private IDictionary<string, Type>? _table;
    private object? _scope;

    /// <summary>Gets the outermost scope of the session, or null where PowerShell keeps it elsewhere.</summary>
    public object? GlobalScope => _scope ??= SessionInternals.GlobalScope.Get(
        SessionInternals.SessionOfContext.Get(SessionInternals.ContextOfRunspace.Get(runspace)));

    private IDictionary<string, Type>? Table => _table ??= FindTable();

    public void NoteBaseline() => _baseline = Copy();

    public IReadOnlyDictionary<string, Type> Added() =>
        Copy().Where(entry => !_baseline.TryGetValue(entry.Key, out Type? type) || type != entry.Value).ToDictionary();

    public void Enter(IReadOnlyDictionary<string, Type> types)
    {
        foreach ((string name, Type type) in types)
        {
            _ = SessionInternals.AddType.Invoke(GlobalScope, name, type);
        }
    }

    public void Leave()
    {
        if (Table is not { Count: > 0 } table)
        {
            return;
        }

        foreach (string name in table.Keys.Where(name => !_baseline.ContainsKey(name)).ToArray())
        {
            table.Remove(name);
        }

        Enter(_baseline);
    }

    private Dictionary<string, Type> Copy() => new(Table ?? new Dictionary<string, Type>(), StringComparer.OrdinalIgnoreCase);

    /// <summary>There is none before the first name.</summary>
    private IDictionary<string, Type>? FindTable() => SessionInternals.TypeTable.Get(GlobalScope);
}
