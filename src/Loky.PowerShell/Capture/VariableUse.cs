using System.Management.Automation.Language;

namespace Loky.PowerShell.Capture;

/// <summary>What a piece of script does with the value of a variable at one place.</summary>
internal enum VariableUse
{
    /// <summary>It only looks at the value, or at what the value holds.</summary>
    Reads,

    /// <summary>It adds something to a collection.</summary>
    Adds,

    /// <summary>It sets a part of what the value holds: a property, say, or an element.</summary>
    Sets,

    /// <summary>It hands the value on to something that may change what it holds.</summary>
    MayChange,
}

/// <summary>Finds what is done with the value of a variable.</summary>
internal static class VariableUses
{
    // The operator has no name in what modules are compiled against.
    private const string IfNull = "QuestionQuestion";

    private static readonly HashSet<string> Additions = new(StringComparer.OrdinalIgnoreCase)
    {
        "Add", "AddRange", "Insert", "Enqueue", "Push", "AddFirst", "AddLast",
    };

    private static readonly HashSet<string> Queries = new(StringComparer.OrdinalIgnoreCase)
    {
        "Contains", "ContainsKey", "ContainsValue", "TryGetValue", "TryPeek", "Peek", "IndexOf", "GetEnumerator", "ToArray", "ToList",
        "ToString", "GetType", "Equals", "GetHashCode", "Clone", "CopyTo", "Where",
    };

    public static VariableUse Of(ExpressionAst expression)
    {
        Ast use = WithoutParentheses(expression);
        switch (use.Parent)
        {
            case InvokeMemberExpressionAst call when call.Expression == use:
                string method = (call.Member as StringConstantExpressionAst)?.Value ?? string.Empty;
                return Queries.Contains(method) ? VariableUse.Reads : Additions.Contains(method) ? VariableUse.Adds : VariableUse.MayChange;
            case InvokeMemberExpressionAst:
                return VariableUse.MayChange;
            case MemberExpressionAst member when member.Expression == use:
                return OfPart(member);
            case IndexExpressionAst index when index.Target == use:
                return OfPart(index);
            case CommandExpressionAst { Parent: PipelineAst { Parent: not AssignmentStatementAst } }:
            case BinaryExpressionAst or ExpandableStringExpressionAst or IndexExpressionAst:
            case UnaryExpressionAst { TokenKind: TokenKind.Not or TokenKind.Exclaim or TokenKind.Join }:
                return VariableUse.Reads;
            default:
                return VariableUse.MayChange;
        }
    }

    /// <summary>Tells whether an expression hands the value itself on, to be written, kept or worked with elsewhere.</summary>
    public static bool HandsOn(ExpressionAst expression)
    {
        Ast use = WithoutParentheses(expression);
        return use.Parent switch
        {
            MemberExpressionAst member => member.Expression != use,
            IndexExpressionAst or ExpandableStringExpressionAst => false,
            BinaryExpressionAst binary => binary.Operator is TokenKind.Plus or TokenKind.As || binary.Operator.ToString() == IfNull,
            UnaryExpressionAst unary => unary.TokenKind is not (TokenKind.Not or TokenKind.Exclaim),
            CommandExpressionAst { Parent: PipelineAst { PipelineElements.Count: 1, Parent: IfStatementAst or WhileStatementAst or DoWhileStatementAst or DoUntilStatementAst or ForStatementAst } } => false,
            _ => true,
        };
    }

    /// <summary>Tells what is done with a value by what is done with one of its parts.</summary>
    private static VariableUse OfPart(ExpressionAst part)
    {
        Ast use = WithoutParentheses(part);
        return use.Parent switch
        {
            AssignmentStatementAst assignment when assignment.Left == use => VariableUse.Sets,
            ArrayLiteralAst { Parent: AssignmentStatementAst } => VariableUse.Sets,
            UnaryExpressionAst unary when IsCount(unary) => VariableUse.Sets,
            InvokeMemberExpressionAst call when call.Expression == use => Of(part),
            MemberExpressionAst member when member.Expression == use => OfPart(member),
            IndexExpressionAst index when index.Target == use => OfPart(index),
            _ => VariableUse.Reads,
        };
    }

    public static bool IsCount(UnaryExpressionAst expression) =>
        expression.TokenKind is TokenKind.PlusPlus or TokenKind.MinusMinus or TokenKind.PostfixPlusPlus or TokenKind.PostfixMinusMinus;

    public static Ast WithoutParentheses(Ast expression)
    {
        Ast use = expression;
        while (use.Parent is CommandExpressionAst { Parent: PipelineAst { PipelineElements.Count: 1, Parent: ParenExpressionAst parentheses } })
        {
            use = parentheses;
        }

        return use;
    }
}
