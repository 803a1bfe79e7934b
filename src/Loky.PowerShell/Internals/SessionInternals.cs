using System.Management.Automation.Runspaces;

namespace Loky.PowerShell.Internals;

/// <summary>Members of sessions and their scopes.</summary>
internal static class SessionInternals
{
    /// <summary>The context of a cmdlet. Without it, as without <see cref="ScriptInternals.NewScript"/>; a strict mode is found
    /// out by trying.</summary>
    public static readonly InternalProperty<object> ContextOfCommand = new(typeof(PSCmdlet), "Context", InternalTypes.ExecutionContext);

    /// <summary>The context of a runspace. Without it, as without <see cref="AddType"/>, <see cref="StrictModeVersion"/> and
    /// <see cref="WasConstrained"/>.</summary>
    public static readonly InternalProperty<object> ContextOfRunspace = new(typeof(Runspace), "ExecutionContext", InternalTypes.ExecutionContext);

    /// <summary>Whether constrained language ever held. Without it, a script that says no mode counts as constrained.</summary>
    public static readonly InternalProperty<bool> WasConstrained = new(InternalTypes.ExecutionContext, "HasRunspaceEverUsedConstrainedLanguageMode");

    /// <summary>A context's session. Without it, as without <see cref="AddType"/> and <see cref="StrictModeVersion"/>.</summary>
    public static readonly InternalProperty<object> SessionOfContext = new(InternalTypes.ExecutionContext, "EngineSessionState", InternalTypes.SessionStateInternal);

    /// <summary>What scripts see of a session. Without it, as without <see cref="ScriptInternals.Session"/>.</summary>
    public static readonly InternalProperty<SessionState> PublicSession = new(InternalTypes.SessionStateInternal, "PublicSessionState");

    /// <summary>The scope that runs. Without it, a strict mode is found out by trying.</summary>
    public static readonly InternalProperty<object> CurrentScope = Scope("CurrentScope");

    /// <summary>The outermost scope of a module. Without it, a strict mode is found out by trying.</summary>
    public static readonly InternalProperty<object> ModuleScope = Scope("ModuleScope");

    /// <summary>The outermost scope. Without it, as without <see cref="AddType"/> and <see cref="StrictModeVersion"/>.</summary>
    public static readonly InternalProperty<object> GlobalScope = Scope("GlobalScope");

    /// <summary>The scope around a scope. Without it, a strict mode is found out by trying.</summary>
    public static readonly InternalProperty<object> Parent = new(InternalTypes.SessionScope, "Parent", InternalTypes.SessionScope);

    /// <summary>A scope's strict mode. Without it, the caller's is found out by trying, the worker's set by a command.</summary>
    public static readonly InternalProperty<Version> StrictModeVersion = new(InternalTypes.SessionScope, "StrictModeVersion");

    /// <summary>The names of classes that a scope defines. Without it, as without <see cref="AddType"/>.</summary>
    public static readonly InternalProperty<IDictionary<string, Type>> TypeTable = new(InternalTypes.SessionScope, "TypeTable");

    /// <summary>Gives a scope the name of a class. Without it, names of classes stay in a worker, and two calls at a time whose
    /// classes have one name may see each other's.</summary>
    public static readonly InternalMethod AddType = new(InternalTypes.SessionScope, "AddType", typeof(void), typeof(string), typeof(Type));

    /// <summary>A session's variables. Without it, they are listed by their drive: ten times as long after each call.</summary>
    public static readonly InternalMethod Variables = new(InternalTypes.SessionStateInternal, "GetVariableTable", typeof(IDictionary<string, PSVariable>));

    /// <summary>The functions of a session. Without it, as without <see cref="Variables"/>.</summary>
    public static readonly InternalMethod Functions = new(InternalTypes.SessionStateInternal, "GetFunctionTable", typeof(IDictionary<string, FunctionInfo>));

    /// <summary>The aliases of a session. Without it, as without <see cref="Variables"/>.</summary>
    public static readonly InternalMethod Aliases = new(InternalTypes.SessionStateInternal, "GetAliasTable", typeof(IDictionary<string, AliasInfo>));

    private static InternalProperty<object> Scope(string name) => new(InternalTypes.SessionStateInternal, name, InternalTypes.SessionScope);
}
