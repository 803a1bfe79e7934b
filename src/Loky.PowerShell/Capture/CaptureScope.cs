using System.Collections;
using System.Management.Automation.Language;
using Loky.PowerShell.Converters;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Capture;

/// <summary>What a call has gathered so far for its workers, and the caller's scope in which names are resolved: each once,
/// transitively. The session of the script may be a module's, and not that of the caller.</summary>
internal sealed class CaptureScope(SessionState session, SessionState caller, Hashtable variables)
{
    /// <summary>How Pester names the function that stands for a mocked command, which an alias leads to.</summary>
    private const string MockPrefix = "PesterMock_";

    private const CommandTypes Capturable = CommandTypes.Alias | CommandTypes.Function | CommandTypes.Filter | CommandTypes.Cmdlet;

    private HashSet<string> _commandsSeen = new(StringComparer.OrdinalIgnoreCase);
    private HashSet<string> _variablesSeen = new(StringComparer.OrdinalIgnoreCase);
    private HashSet<string> _modulesSeen = new(StringComparer.OrdinalIgnoreCase);

    // How much of the types workers have before they get what this scope gathers.
    private int _textsBefore;
    private int _typesBefore;

    /// <summary>Gets the executor's converters, with which values can be sent that otherwise cannot, or null.</summary>
    public ConverterTable? Converters { get; init; }

    public IReadOnlyList<WildcardPattern> Excluded { get; init; } = [];

    public SharedObjects? Shared { get; init; }

    public Hashtable Variables { get; } = variables;

    /// <summary>Gets the functions: name, and the table that tells their text.</summary>
    public Hashtable Functions { get; private init; } = new(StringComparer.OrdinalIgnoreCase);

    public Hashtable Aliases { get; private init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the paths of modules to import.</summary>
    public List<string> Modules { get; private init; } = [];

    public TypeCapture Types { get; private init; } = new();

    public bool IsEmpty =>
        Variables.Count + Functions.Count + Aliases.Count + Modules.Count == 0 && Types.Texts.Count == _textsBefore && Types.Types.Count == _typesBefore;

    /// <summary>Makes a scope that gathers what this one, which workers have by then, did not.</summary>
    public CaptureScope Later() => new(session, caller, new Hashtable(StringComparer.OrdinalIgnoreCase))
    {
        Types = Types,
        Converters = Converters,
        Excluded = Excluded,
        _commandsSeen = _commandsSeen,
        _variablesSeen = _variablesSeen,
        _modulesSeen = _modulesSeen,
        _textsBefore = Types.Texts.Count,
        _typesBefore = Types.Types.Count,
    };

    /// <summary>Adds a variable, whatever its value is in the scope.</summary>
    public void SetVariable(string name, object? value)
    {
        _ = _variablesSeen.Add(name);
        Variables[name] = value;
    }

    public void AddTypesTo(KnownTypes known)
    {
        foreach (Type type in Types.Types.Skip(_typesBefore))
        {
            known.Add(type);
        }
    }

    /// <summary><paramref name="first"/> is what the rest needs to be read.</summary>
    public void AddTo(Hashtable first, Hashtable rest)
    {
        rest[CallSetup.Variables] = Variables;
        AddIfAny(rest, CallSetup.Functions, Functions);
        AddIfAny(rest, CallSetup.Aliases, Aliases);
        AddIfAny(first, CallSetup.Modules, Modules.ToArray());
        if (Types.Types.Count > _typesBefore || Types.Texts.Count > _textsBefore)
        {
            first[CallSetup.Types] = Types.Texts.Skip(_textsBefore).ToArray<object>();
            first[CallSetup.TypeNames] = Types.Types.Skip(_typesBefore).Select(KnownTypes.NameOf).ToArray();
        }
    }

    /// <summary>Makes a scope for a script with names of its own; modules, types and aliases are for all.</summary>
    public CaptureScope ForOther(SessionState other, Hashtable aliases) =>
        new(other, caller, new Hashtable(StringComparer.OrdinalIgnoreCase))
        {
            Modules = Modules,
            Types = Types,
            Aliases = aliases,
            Excluded = Excluded,
            _modulesSeen = _modulesSeen,
        };

    public void Follow(Ast ast, ScriptBlockAst? usingOf = null)
    {
        Types.AddSource(ast);
        Dependencies needs = Dependencies.Of(ast, usingOf);
        foreach ((string name, VariableExpressionAst use) in needs.Variables)
        {
            FollowVariable(name, use);
        }

        Shared?.Note(needs.Changes, Find);

        foreach (string name in needs.Commands)
        {
            FollowCommand(name);
        }

        foreach (ITypeName name in needs.Types.Values.Where(name => !TypeCapture.IsDefinedWithin(ast, name)))
        {
            foreach (TypeDefinitionAst definition in Types.Add(name))
            {
                Follow(definition);
            }
        }
    }

    /// <summary>Takes the type of a value along, and what it uses, if a script defines it.</summary>
    public void Follow(Type type)
    {
        foreach (TypeDefinitionAst definition in Types.Add(type))
        {
            Follow(definition);
        }
    }

    /// <summary>Adds a module to import, unless each worker has it anyway.</summary>
    public void AddModule(PSModuleInfo? module)
    {
        if (module?.Path is { Length: > 0 } path && !IsExcluded(module.Name) && File.Exists(path) && !IsPartOfPowerShell(path))
        {
            // A manifest beside the module file says what the module really is.
            string manifest = Path.Combine(module.ModuleBase, module.Name + ".psd1");
            string target = File.Exists(manifest) ? manifest : path;
            if (_modulesSeen.Add(target))
            {
                Modules.Add(target);
            }
        }
    }

    private static bool IsPartOfPowerShell(string path) =>
        path.StartsWith(Path.GetDirectoryName(typeof(PSObject).Assembly.Location)! + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        && path.Contains($"{Path.DirectorySeparatorChar}Microsoft.PowerShell.", StringComparison.Ordinal);

    /// <summary>Gets the scope that is right for a script: this one, or one that adds to the same from another session.</summary>
    private CaptureScope Within(ScriptBlock script) =>
        ScriptSession.Of(script) is not { } other || other.Module == session.Module
            ? this
            : new CaptureScope(other, caller, Variables)
            {
                Modules = Modules,
                Types = Types,
                Functions = Functions,
                Aliases = Aliases,
                Converters = Converters,
                Shared = Shared,
                Excluded = Excluded,
                _commandsSeen = _commandsSeen,
                _variablesSeen = _variablesSeen,
                _modulesSeen = _modulesSeen,
            };

    /// <summary>Finds the variable that an expression means, unless it is one of those that are never taken along.</summary>
    private PSVariable? Find(VariableExpressionAst use)
    {
        string name = Dependencies.NameOf(use);
        string bare = BareNameOf(name);
        return SessionVariables.IsOfEverySession(bare) || IsExcluded(bare)
            ? null
            : session.PSVariable.Get(use.VariablePath.IsLocal || use.VariablePath.IsPrivate ? bare : name);
    }

    private bool IsExcluded(string name)
    {
        foreach (WildcardPattern pattern in Excluded)
        {
            if (pattern.IsMatch(name))
            {
                return true;
            }
        }

        return false;
    }

    private static string BareNameOf(string name) => name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private void FollowVariable(string name, VariableExpressionAst use)
    {
        string bare = BareNameOf(name);
        if (SessionVariables.IsOfEverySession(bare) || !_variablesSeen.Add(bare) || Find(use) is not { } variable)
        {
            return;
        }

        object? value = variable.Value;
        object? bareValue = value is PSObject wrapped ? wrapped.BaseObject : value;
        UnsafeValues.Check(bareValue, use.Extent, Converters);
        Variables[bare] = value;
        if (bareValue is ScriptBlock script)
        {
            Within(script).Follow(script.Ast);
        }
        else if (bareValue is string text && use.Parent is CommandAst command && command.CommandElements[0] == use)
        {
            FollowCommand(text);
        }
    }

    private void FollowCommand(string name)
    {
        if (!_commandsSeen.Add(name) || IsExcluded(name))
        {
            return;
        }

        switch (ScriptSession.GetCommand(session, caller, name, Capturable))
        {
            case AliasInfo alias when alias.Definition.StartsWith(MockPrefix, StringComparison.Ordinal):
                throw new CaptureException(MessageText.Format(Messages.CaptureMock, name)) { ErrorId = ErrorIds.Mock, Category = ErrorCategory.InvalidOperation };
            case AliasInfo alias:
                if ((alias.Options & (ScopedItemOptions.ReadOnly | ScopedItemOptions.AllScope)) == 0 && !IsExported(alias))
                {
                    Aliases[alias.Name] = alias.Definition;
                }

                AddModule(alias.Module);
                FollowCommand(alias.Definition);
                break;
            case FunctionInfo { Module: { } module } function when module.ExportedFunctions.ContainsKey(function.Name) && File.Exists(module.Path):
                AddModule(module);
                break;
            case FunctionInfo function when !IsOfEverySession(function):
                var text = new Hashtable();
                ScriptText.WriteFunction(text, function);
                Functions[function.Name] = text;
                Within(function.ScriptBlock).Follow(function.ScriptBlock.Ast);
                break;
            case CmdletInfo cmdlet:
                AddModule(cmdlet.Module);
                break;
        }
    }

    private static void AddIfAny(Hashtable setup, string key, ICollection values)
    {
        if (values.Count > 0)
        {
            setup[key] = values;
        }
    }

    private static bool IsExported(AliasInfo alias) =>
        alias.Module is { } module && module.ExportedAliases.ContainsKey(alias.Name) && File.Exists(module.Path);

    /// <summary>Functions that PowerShell itself brings have no file and no module, but a text that each session has.</summary>
    private static bool IsOfEverySession(FunctionInfo function) =>
        function.ScriptBlock.File is null && function.Module is null && SessionVariables.IsFunctionOfEverySession(function.Name);
}
