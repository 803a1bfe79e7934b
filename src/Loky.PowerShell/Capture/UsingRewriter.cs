using System.Collections;
using System.Globalization;
using System.Management.Automation.Language;
using Loky.PowerShell.Converters;

namespace Loky.PowerShell.Capture;

/// <summary>Resolves <c>$using:</c> expressions in the caller's scope and puts plain variables in their place. The new text is as
/// long as the old, so that every position in it stays what it was.</summary>
internal sealed class UsingRewriter(PSCmdlet cmdlet, SessionState scope, ConverterTable? converters, SharedObjects shared)
{
    /// <summary>Returns the text of the block without its braces and adds the values of its <c>$using:</c> expressions.</summary>
    public string Rewrite(ScriptBlockAst ast, Hashtable variables)
    {
        int start = Bounds(ast).Start;
        char[] text = TextOf(ast).ToCharArray();
        int number = 0;
        foreach (UsingExpressionAst expression in ast.FindAll(static node => node is UsingExpressionAst, searchNestedScriptBlocks: true).Cast<UsingExpressionAst>())
        {
            if (InnerCommands.Resolve(expression, ast))
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
