using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Loky.PowerShell.Capture;

/// <summary>
/// What a call has gathered so far for its workers, and the caller's scope in which names are resolved. Each name is
/// followed once, transitively.
/// </summary>
internal sealed class CaptureScope(SessionState session, Hashtable variables)
{
    private readonly HashSet<string> _commandsSeen = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the variables: name and value.</summary>
    public Hashtable Variables { get; } = variables;

    /// <summary>Gets the functions: name, and the table that tells their text.</summary>
    public Hashtable Functions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the aliases: name and target.</summary>
    public Hashtable Aliases { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the paths of modules to import.</summary>
    public List<string> Modules { get; } = [];

    /// <summary>Gets the classes and enums.</summary>
    public TypeCapture Types { get; } = new();

    /// <summary>Follows all names that a piece of script uses.</summary>
    public void Follow(Ast ast, ScriptBlockAst? usingOf = null)
    {
        Types.AddSource(ast);
        Dependencies needs = Dependencies.Of(ast, usingOf);
        foreach ((string name, VariableExpressionAst use) in needs.Variables)
        {
            FollowVariable(name, use);
        }

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

    /// <summary>Adds a module to import, unless each worker has it anyway.</summary>
    public void AddModule(PSModuleInfo? module)
    {
        if (module?.Path is { Length: > 0 } path && File.Exists(path) && !IsPartOfPowerShell(path))
        {
            // A manifest beside the module file says what the module really is.
            string manifest = Path.Combine(module.ModuleBase, module.Name + ".psd1");
            string target = File.Exists(manifest) ? manifest : path;
            if (!Modules.Contains(target))
            {
                Modules.Add(target);
            }
        }
    }

    private static bool IsPartOfPowerShell(string path) =>
        path.StartsWith(Path.GetDirectoryName(typeof(PSObject).Assembly.Location)! + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        && path.Contains($"{Path.DirectorySeparatorChar}Microsoft.PowerShell.", StringComparison.Ordinal);

    private void FollowVariable(string name, VariableExpressionAst use)
    {
        string bare = use.VariablePath.IsUnqualified ? name : name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (SessionVariables.IsOfEverySession(bare) || Variables.ContainsKey(bare))
        {
            return;
        }

        PSVariable? variable = session.PSVariable.Get(use.VariablePath.IsLocal || use.VariablePath.IsPrivate ? bare : name);
        if (variable is null || (variable.Options & ScopedItemOptions.Constant) != 0)
        {
            return;
        }

        object? value = variable.Value;
        object? bareValue = value is PSObject wrapped ? wrapped.BaseObject : value;
        UnsafeValues.Check(bareValue, use.Extent);
        Variables[bare] = value;
        if (bareValue is ScriptBlock script)
        {
            Follow(script.Ast);
        }
        else if (bareValue is string text && use.Parent is CommandAst command && command.CommandElements[0] == use)
        {
            FollowCommand(text);
        }
    }

    private void FollowCommand(string name)
    {
        if (!_commandsSeen.Add(name))
        {
            return;
        }

        switch (session.InvokeCommand.GetCommand(name, CommandTypes.Alias | CommandTypes.Function | CommandTypes.Filter | CommandTypes.Cmdlet))
        {
            case AliasInfo alias:
                if ((alias.Options & (ScopedItemOptions.ReadOnly | ScopedItemOptions.AllScope)) == 0 && alias.Module is null)
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
                Follow(function.ScriptBlock.Ast);
                break;
            case CmdletInfo cmdlet:
                AddModule(cmdlet.Module);
                break;
        }
    }

    /// <summary>Functions that PowerShell itself brings have no file and no module, but a text that each session has.</summary>
    private static bool IsOfEverySession(FunctionInfo function) =>
        function.ScriptBlock.File is null && function.Module is null && SessionVariables.IsFunctionOfEverySession(function.Name);
}
