using System.Management.Automation.Language;

namespace Loky.PowerShell.Capture;

/// <summary>The commands in a block that run blocks elsewhere, and resolve the <c>$using:</c> expressions of those themselves.</summary>
internal static class InnerCommands
{
    private const string ParallelParameter = "Parallel";

    private static readonly HashSet<string> ParallelCommands = new(StringComparer.OrdinalIgnoreCase)
    {
        "ForEach-Object", "foreach", "%", "Invoke-LokyParallel", "Start-LokyJob", "Start-ThreadJob", "Start-Job", "sajb", "Invoke-Command", "icm",
    };

    // A variable behind one of these is not its value.
    private static readonly HashSet<string> Switches = new(StringComparer.OrdinalIgnoreCase) { "AsJob", "Ordered", "NoCapture", "UseNewRunspace", "Verbose", "Debug" };

    private static readonly string[] RemoteParameters =
        ["ComputerName", "Cn", "HostName", "Session", "SSHConnection", "VMId", "VMGuid", "VMName", "ContainerId", "ConnectionUri"];

    /// <summary>Tells whether an expression is for a parallel command in the block, which resolves it in the worker.</summary>
    public static bool Resolve(Ast expression, ScriptBlockAst outer)
    {
        for (Ast? node = expression.Parent; node is not null && node != outer; node = node.Parent)
        {
            if (node is ScriptBlockExpressionAst block && (IsForParallel(block) || IsKeptForParallel(block, outer)))
            {
                return true;
            }
        }

        return false;
    }

    public static bool HasParallel(CommandAst command) =>
        command.CommandElements.OfType<CommandParameterAst>().Any(static parameter => Begins(ParallelParameter, parameter.ParameterName));

    /// <summary>Tells whether a block, or the variable or <paramref name="table"/> that holds it, goes to a command that runs it elsewhere.</summary>
    private static bool IsForParallel(Ast argument, HashtableAst? table = null)
    {
        if ((argument.Parent is CommandParameterAst ? argument.Parent.Parent : argument.Parent) is not CommandAst command
            || command.GetCommandName() is not { } path)
        {
            return false;
        }

        string name = path[(path.LastIndexOf('\\') + 1)..];
        return ParallelCommands.Contains(name) && name.ToUpperInvariant() switch
        {
            "FOREACH-OBJECT" or "FOREACH" or "%" => HasParallel(command) || KeysOf(table).Any(static key => Begins(ParallelParameter, key)),
            "INVOKE-COMMAND" or "ICM" => IsRemote(command, argument, table),
            _ => true,
        };
    }

    /// <summary>Tells whether a variable is what a command is to run, and not one of the values it gives to that.</summary>
    private static bool IsToRun(VariableExpressionAst variable)
    {
        if (variable.Splatted)
        {
            return true;
        }

        CommandParameterAst? parameter = variable.Parent as CommandParameterAst;
        if (parameter is null && variable.Parent is CommandAst command)
        {
            int index = command.CommandElements.IndexOf(variable);
            parameter = command.CommandElements[index - 1] as CommandParameterAst;
            parameter = parameter?.Argument is null ? parameter : null;
        }

        return parameter is null
            || Begins("ScriptBlock", parameter.ParameterName)
            || Begins(ParallelParameter, parameter.ParameterName)
            || Switches.Contains(parameter.ParameterName);
    }

    /// <summary>Tells whether Invoke-Command names a place to run at; without one it runs its block here.</summary>
    private static bool IsRemote(CommandAst command, Ast argument, HashtableAst? table) =>
        (command.CommandElements.Count > 1 && command.CommandElements[1] is not (CommandParameterAst or VariableExpressionAst { Splatted: true }) && command.CommandElements[1] != argument)
        || command.CommandElements.OfType<CommandParameterAst>().Select(static parameter => parameter.ParameterName).Concat(KeysOf(table))
            .Any(static name => Array.Exists(RemoteParameters, remote => Begins(remote, name)));

    private static bool Begins(string parameter, string written) =>
        written.Length >= 2 && parameter.StartsWith(written, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> KeysOf(HashtableAst? table) =>
        table?.KeyValuePairs.Select(static pair => (pair.Item1 as StringConstantExpressionAst)?.Value).OfType<string>() ?? [];

    /// <summary>Tells whether a block is put into a variable, or a table to splat, that goes to parallel commands and nowhere else:
    /// one that also runs here needs the value from the caller.</summary>
    private static bool IsKeptForParallel(ScriptBlockExpressionAst block, ScriptBlockAst outer)
    {
        Ast node = block.Parent;
        HashtableAst? table = null;
        while (node is CommandExpressionAst or PipelineAst { PipelineElements.Count: 1 } or HashtableAst or ConvertExpressionAst or ParenExpressionAst)
        {
            table ??= node as HashtableAst;
            node = node.Parent;
        }

        if (node is not AssignmentStatementAst { Left: var left } || Target(left) is not { } target)
        {
            return false;
        }

        string name = Dependencies.NameOf(target);
        bool given = false;
        foreach (VariableExpressionAst variable in outer.FindAll(static node => node is VariableExpressionAst, searchNestedScriptBlocks: true).Cast<VariableExpressionAst>())
        {
            if (!Dependencies.NameOf(variable).Equals(name, StringComparison.OrdinalIgnoreCase) || IsTarget(variable))
            {
                continue;
            }

            if (!IsForParallel(variable, table) || !IsToRun(variable))
            {
                return false;
            }

            given = true;
        }

        return given;
    }

    private static VariableExpressionAst? Target(ExpressionAst left) =>
        (left is ConvertExpressionAst { Child: var child } ? child : left) as VariableExpressionAst;

    private static bool IsTarget(VariableExpressionAst variable)
    {
        Ast left = variable.Parent is ConvertExpressionAst ? variable.Parent : variable;
        return left.Parent is AssignmentStatementAst assignment && assignment.Left == left;
    }
}
