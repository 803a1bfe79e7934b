using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using Loky.PowerShell.Converters;

namespace Loky.PowerShell.Capture;

/// <summary>Resolves <c>$using:</c> expressions in the caller's scope and puts plain variables in their place. The new text is as
/// long as the old, so that every position in it stays what it was.</summary>
internal sealed class UsingRewriter(PSCmdlet cmdlet, SessionState scope, ConverterTable? converters, SharedObjects shared)
{
    private static readonly HashSet<string> ParallelCommands = new(StringComparer.OrdinalIgnoreCase)
    {
        "ForEach-Object", "foreach", "%", "Invoke-LokyParallel", "Start-LokyJob", "Start-ThreadJob", "Start-Job", "sajb", "Invoke-Command", "icm",
    };

    // A variable behind one of these is not its value.
    private static readonly HashSet<string> Switches = new(StringComparer.OrdinalIgnoreCase) { "AsJob", "Ordered", "NoCapture", "UseNewRunspace", "Verbose", "Debug" };

    private static readonly string[] RemoteParameters =
        ["ComputerName", "Cn", "HostName", "Session", "SSHConnection", "VMId", "VMGuid", "VMName", "ContainerId", "ConnectionUri"];

    private const string ParallelParameter = "Parallel";

    /// <summary>Returns the text of the block without its braces and adds the values of its <c>$using:</c> expressions.</summary>
    public string Rewrite(ScriptBlockAst ast, Hashtable variables)
    {
        int start = Bounds(ast).Start;
        char[] text = TextOf(ast).ToCharArray();
        int number = 0;
        foreach (UsingExpressionAst expression in ast.FindAll(static node => node is UsingExpressionAst, searchNestedScriptBlocks: true).Cast<UsingExpressionAst>())
        {
            if (BelongsToInner(expression, ast))
            {
                continue;
            }

            IScriptExtent extent = expression.Extent;
            int at = extent.StartOffset - start;
            if (expression.SubExpression is VariableExpressionAst variable)
            {
                // A scope or drive would be looked for in the worker: with it the path becomes one plain name.
                text.AsSpan(at, extent.Text.Length).Replace(':', '_');
                variables["using_" + variable.VariablePath.UserPath.Replace(':', '_')] = Checked(ValueOf(variable, expression), expression);
            }
            else
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"using_{number++}");
                ("$" + name).PadRight(extent.Text.Length).CopyTo(text.AsSpan(at));
                variables[name] = Checked(Evaluate(expression), expression);
            }
        }

        return new string(text);
    }

    /// <summary>Tells whether an expression is for a parallel command in the block, which resolves it in the worker.</summary>
    internal static bool BelongsToInner(Ast expression, ScriptBlockAst outer)
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

    internal static bool HasParallel(CommandAst command) =>
        command.CommandElements.OfType<CommandParameterAst>().Any(static parameter => Begins(ParallelParameter, parameter.ParameterName));

    internal static string TextOf(ScriptBlockAst ast)
    {
        (int start, int end) = Bounds(ast);
        return ast.Extent.StartScriptPosition.GetFullScript()[start..end];
    }

    /// <summary>Returns what stands on the same lines before and behind that text.</summary>
    internal static (string Before, string After) Around(ScriptBlockAst ast)
    {
        string script = ast.Extent.StartScriptPosition.GetFullScript();
        (int start, int end) = Bounds(ast);
        int lineStart = start == 0 ? 0 : script.LastIndexOf('\n', start - 1) + 1;
        int lineEnd = script.IndexOf('\n', end);
        return (script[lineStart..start], script[end..(lineEnd < 0 ? script.Length : lineEnd)].TrimEnd('\r'));
    }

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

    private static (int Start, int End) Bounds(ScriptBlockAst ast)
    {
        int start = ast.Extent.StartOffset;
        int end = ast.Extent.EndOffset;
        return ast.Extent.Text.StartsWith('{') && ast.Extent.Text.EndsWith('}') && ast.Parent is not null ? (start + 1, end - 1) : (start, end);
    }

    private object? Checked(object? value, UsingExpressionAst expression)
    {
        UnsafeValues.Check(value, expression.Extent, converters);
        shared.Note(expression, value);
        return value;
    }

    private object? ValueOf(VariableExpressionAst variable, UsingExpressionAst expression)
    {
        string path = variable.VariablePath.UserPath;
        PSVariable? found = scope.PSVariable.Get(path.StartsWith(Dependencies.VariableDrive, StringComparison.OrdinalIgnoreCase) ? path[Dependencies.VariableDrive.Length..] : path);
        if (found is not null)
        {
            return found.Value;
        }

        if (variable.VariablePath.IsDriveQualified)
        {
            return Evaluate(expression);
        }

        var exception = new RuntimeException(MessageText.Format(Messages.UsingUndefined, expression.Extent.Text));
        cmdlet.ThrowTerminatingError(new ErrorRecord(exception, ErrorIds.UndefinedUsing, ErrorCategory.InvalidOperation, expression.Extent.Text));
        return null;
    }

    private PSObject? Evaluate(UsingExpressionAst expression)
    {
        Ast? root = expression.SubExpression.Find(static node => node is VariableExpressionAst, searchNestedScriptBlocks: false);
        if (root is VariableExpressionAst variable && !variable.VariablePath.IsDriveQualified)
        {
            _ = ValueOf(variable, expression);
        }

        // The parser allows member access and constant indexes here, nothing that runs code of its own. What the text
        // of the inner expression lacks is only the sign of the variable, which "$using:" held.
        string inner = expression.SubExpression is VariableExpressionAst plain
            ? "${" + plain.VariablePath.UserPath + "}"
            : "$" + expression.Extent.Text[(expression.Extent.Text.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var results = cmdlet.InvokeCommand.InvokeScript(false, ScriptBlock.Create($"Write-Output -NoEnumerate ({inner})"), null);
        return results.Count == 0 ? null : results[0];
    }
}
