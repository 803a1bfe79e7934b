using System.Management.Automation;
using System.Management.Automation.Language;

namespace Loky.PowerShell.Capture;

/// <summary>The names that a piece of script uses and does not define itself, found in its syntax tree.</summary>
internal sealed class Dependencies : AstVisitor2
{
    private readonly ScriptBlockAst? _usingOf;
    private readonly HashSet<string> _defined = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);

    private Dependencies(ScriptBlockAst? usingOf) => _usingOf = usingOf;

    /// <summary>Gets the variables that are used, by name as written but for braces, with the first place of each.</summary>
    public Dictionary<string, VariableExpressionAst> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the commands that are called by name.</summary>
    public HashSet<string> Commands { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the types that are named.</summary>
    public Dictionary<string, ITypeName> Types { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds the dependencies of a piece of script.</summary>
    /// <param name="ast">Its syntax tree.</param>
    /// <param name="usingOf">The block whose own <c>$using:</c> expressions are resolved already, or null.</param>
    public static Dependencies Of(Ast ast, ScriptBlockAst? usingOf = null)
    {
        var found = new Dependencies(usingOf);
        foreach (FunctionDefinitionAst function in ast.FindAll(static node => node is FunctionDefinitionAst, searchNestedScriptBlocks: true).Cast<FunctionDefinitionAst>())
        {
            if (function != ast)
            {
                found._defined.Add(function.Name);
            }
        }

        ast.Visit(found);
        return found;
    }

    /// <inheritdoc/>
    public override AstVisitAction VisitUsingExpression(UsingExpressionAst usingExpressionAst) =>
        _usingOf is not null && !UsingRewriter.BelongsToInner(usingExpressionAst, _usingOf) ? AstVisitAction.SkipChildren : AstVisitAction.Continue;

    /// <inheritdoc/>
    public override AstVisitAction VisitVariableExpression(VariableExpressionAst variableExpressionAst)
    {
        VariablePath path = variableExpressionAst.VariablePath;
        if (path.IsDriveQualified || !_seen.Add(path.UserPath))
        {
            return AstVisitAction.Continue;
        }

        if (!IsDefinition(variableExpressionAst))
        {
            Variables[path.UserPath] = variableExpressionAst;
        }

        return AstVisitAction.Continue;
    }

    /// <inheritdoc/>
    public override AstVisitAction VisitCommand(CommandAst commandAst)
    {
        if (commandAst.GetCommandName() is { Length: > 0 } name && !_defined.Contains(name))
        {
            Commands.Add(name);
        }

        return AstVisitAction.Continue;
    }

    /// <inheritdoc/>
    public override AstVisitAction VisitTypeExpression(TypeExpressionAst typeExpressionAst)
    {
        Add(typeExpressionAst.TypeName);
        return AstVisitAction.Continue;
    }

    /// <inheritdoc/>
    public override AstVisitAction VisitTypeConstraint(TypeConstraintAst typeConstraintAst)
    {
        Add(typeConstraintAst.TypeName);
        return AstVisitAction.Continue;
    }

    /// <summary>Tells whether the first use of a variable gives it its value, whatever the caller has under that name.</summary>
    private static bool IsDefinition(VariableExpressionAst variable)
    {
        if (variable.Parent is ParameterAst || (variable.Parent is ForEachStatementAst loop && loop.Variable == variable))
        {
            return true;
        }

        // An assignment counts only where nothing can go past it: as a statement of the block itself.
        Ast target = variable.Parent is ConvertExpressionAst ? variable.Parent : variable;
        return target.Parent is AssignmentStatementAst { Operator: TokenKind.Equals } assignment
            && assignment.Left == target
            && assignment.Parent is NamedBlockAst
            && !assignment.Right.FindAll(
                node => node is VariableExpressionAst other && other.VariablePath.UserPath.Equals(variable.VariablePath.UserPath, StringComparison.OrdinalIgnoreCase),
                searchNestedScriptBlocks: true).Any();
    }

    private void Add(ITypeName name)
    {
        switch (name)
        {
            case ArrayTypeName array:
                Add(array.ElementType);
                break;
            case GenericTypeName generic:
                Add(generic.TypeName);
                foreach (ITypeName argument in generic.GenericArguments)
                {
                    Add(argument);
                }

                break;
            default:
                Types.TryAdd(name.FullName, name);
                break;
        }
    }
}
