using System.Management.Automation.Language;

namespace Loky.PowerShell.Capture;

/// <summary>Assignments that make a variable's new value of its old one: <c>$n = $n + 1</c> means <c>$n += 1</c>.</summary>
internal static class Updates
{
    /// <summary>Gets the variable that an assignment updates, or null for one that does something else.</summary>
    public static VariableExpressionAst? TargetOf(AssignmentStatementAst assignment)
    {
        if (assignment.Operator != TokenKind.Equals || SingleTargetOf(assignment.Left) is not { } target || ExpressionOf(assignment.Right) is not BinaryExpressionAst)
        {
            return null;
        }

        return FirstOperandOf(ExpressionOf(assignment.Right)) is VariableExpressionAst first && SameName(first, target) ? target : null;
    }

    /// <summary>Tells whether anything else reads a variable after its assignment, which then is of use where it is.</summary>
    public static bool IsReadAfter(AssignmentStatementAst assignment, VariableExpressionAst variable, Ast root) => root.Find(
        node => node is VariableExpressionAst other
            && SameName(other, variable)
            && !IsPartOfUpdate(other)
            && ComesAfter(other, assignment, root),
        searchNestedScriptBlocks: true) is not null;

    /// <summary>Tells whether a piece of script may run after another: it stands behind it, or both are in one loop.</summary>
    public static bool ComesAfter(Ast later, Ast earlier, Ast root)
    {
        if (later.Extent.StartOffset >= earlier.Extent.EndOffset)
        {
            return true;
        }

        for (Ast? node = earlier.Parent; node is not null && node != root; node = node.Parent)
        {
            if (IsLoop(node) && IsWithin(later, node) && !IsWithin(later, earlier))
            {
                return true;
            }
        }

        return false;
    }

    public static bool IsWithin(Ast part, Ast whole) =>
        part.Extent.StartOffset >= whole.Extent.StartOffset && part.Extent.EndOffset <= whole.Extent.EndOffset;

    private static bool IsLoop(Ast node) => node is LoopStatementAst
        || (node is ScriptBlockExpressionAst { Parent: CommandAst command } && command.GetCommandName() is { } name && VariableChanges.CommandsOfSameScope.Contains(name));

    /// <summary>Tells whether a variable stands where it is only given its next value.</summary>
    private static bool IsPartOfUpdate(VariableExpressionAst variable)
    {
        for (Ast? node = variable.Parent; node is ExpressionAst or CommandBaseAst or PipelineAst or AssignmentStatementAst; node = node.Parent)
        {
            if (node is AssignmentStatementAst assignment)
            {
                return assignment.Left == variable
                    || SingleTargetOf(assignment.Left) == variable
                    || (TargetOf(assignment) is not null && FirstOperandOf(ExpressionOf(assignment.Right)) == variable);
            }
        }

        return variable.Parent is UnaryExpressionAst { Parent: CommandExpressionAst { Parent: PipelineAst { Parent: StatementBlockAst or NamedBlockAst } } } count
            && VariableUses.IsCount(count);
    }

    private static VariableExpressionAst? SingleTargetOf(ExpressionAst target) => target switch
    {
        VariableExpressionAst variable => variable,
        AttributedExpressionAst { Child: ExpressionAst child } => SingleTargetOf(child),
        _ => null,
    };

    private static ExpressionAst? ExpressionOf(StatementAst statement) => statement switch
    {
        CommandExpressionAst command => command.Expression,
        PipelineAst { PipelineElements: [CommandExpressionAst command] } => command.Expression,
        _ => null,
    };

    private static ExpressionAst? FirstOperandOf(ExpressionAst? expression) => expression switch
    {
        BinaryExpressionAst { Operator: TokenKind.Plus or TokenKind.Minus or TokenKind.Multiply or TokenKind.Divide or TokenKind.Rem } binary => FirstOperandOf(binary.Left),
        ParenExpressionAst parentheses => FirstOperandOf(ExpressionOf((StatementAst)parentheses.Pipeline)),
        _ => expression,
    };

    /// <summary>As far as the text shows: in another scope the same name may be another variable.</summary>
    private static bool SameName(VariableExpressionAst one, VariableExpressionAst other) =>
        BareName(one).Equals(BareName(other), StringComparison.OrdinalIgnoreCase);

    private static string BareName(VariableExpressionAst variable)
    {
        string name = Dependencies.NameOf(variable);
        return name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
