using System.Management.Automation.Language;

namespace Loky.PowerShell.Capture;

/// <summary>The variables that a piece of script changes, or whose values it may change, without having set them before. In a
/// worker that is done to a copy, which nobody else sees.</summary>
internal sealed class VariableChanges : AstVisitor2
{
    /// <summary>The commands that run their blocks again and again in the scope around them.</summary>
    public static readonly IReadOnlySet<string> CommandsOfSameScope = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "ForEach-Object", "foreach", "%", "Where-Object", "where", "?",
    };

    private static readonly HashSet<string> OutputParameters = new(StringComparer.OrdinalIgnoreCase)
    {
        "OutVariable", "ov", "ErrorVariable", "ev", "WarningVariable", "wv", "InformationVariable", "iv", "PipelineVariable", "pv",
    };

    // The operator that sets what has no value yet has no name in what modules are compiled against.
    private const string SetIfNull = "QuestionQuestionEquals";

    private readonly Ast _root;
    private readonly ScriptBlockAst? _usingOf;
    private readonly HashSet<string> _set = new(StringComparer.OrdinalIgnoreCase);

    private VariableChanges(Ast root, ScriptBlockAst? usingOf) => (_root, _usingOf) = (root, usingOf);

    /// <summary>Gets the variables that are given another value, counted up say, by name as written, with the place.</summary>
    public Dictionary<string, VariableExpressionAst> Replaced { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<string, VariableExpressionAst> AddedTo { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the variables of whose values more is done than to look at them.</summary>
    public Dictionary<string, VariableExpressionAst> Touched { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The <c>$using:</c> expressions of <paramref name="usingOf"/> itself are not looked at.</summary>
    public static VariableChanges Of(Ast ast, ScriptBlockAst? usingOf)
    {
        var found = new VariableChanges(ast, usingOf);
        ast.Visit(found);
        return found;
    }

    public override AstVisitAction VisitUsingExpression(UsingExpressionAst usingExpressionAst) =>
        _usingOf is not null && !InnerCommands.Resolve(usingExpressionAst, _usingOf) ? AstVisitAction.SkipChildren : AstVisitAction.Continue;

    public override AstVisitAction VisitAssignmentStatement(AssignmentStatementAst assignmentStatementAst)
    {
        assignmentStatementAst.Right.Visit(this);
        if (Updates.TargetOf(assignmentStatementAst) is { } updated && !Updates.IsReadAfter(assignmentStatementAst, updated, _root))
        {
            Replace(updated);
        }

        Assign(assignmentStatementAst.Left, assignmentStatementAst.Operator == TokenKind.Equals || assignmentStatementAst.Operator.ToString() == SetIfNull);
        return AstVisitAction.SkipChildren;
    }

    public override AstVisitAction VisitUnaryExpression(UnaryExpressionAst unaryExpressionAst)
    {
        if (VariableUses.IsCount(unaryExpressionAst) && unaryExpressionAst.Child is VariableExpressionAst variable)
        {
            Replace(variable);
            return AstVisitAction.SkipChildren;
        }

        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitForEachStatement(ForEachStatementAst forEachStatementAst)
    {
        forEachStatementAst.Condition.Visit(this);
        _ = _set.Add(NameOf(forEachStatementAst.Variable));
        forEachStatementAst.Body.Visit(this);
        return AstVisitAction.SkipChildren;
    }

    public override AstVisitAction VisitParameter(ParameterAst parameterAst)
    {
        parameterAst.DefaultValue?.Visit(this);
        _ = _set.Add(NameOf(parameterAst.Name));
        return AstVisitAction.SkipChildren;
    }

    public override AstVisitAction VisitCommand(CommandAst commandAst)
    {
        for (int i = 0; i < commandAst.CommandElements.Count; i++)
        {
            if (commandAst.CommandElements[i] is CommandParameterAst parameter && OutputParameters.Contains(parameter.ParameterName))
            {
                Ast? argument = parameter.Argument ?? (i + 1 < commandAst.CommandElements.Count ? commandAst.CommandElements[i + 1] : null);
                _ = argument is StringConstantExpressionAst name && _set.Add(name.Value.TrimStart('+'));
            }
        }

        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitVariableExpression(VariableExpressionAst variableExpressionAst)
    {
        string name = NameOf(variableExpressionAst);
        if (variableExpressionAst.VariablePath.IsDriveQualified || _set.Contains(name))
        {
            return AstVisitAction.Continue;
        }

        switch (VariableUses.Of(variableExpressionAst))
        {
            case VariableUse.Adds:
                _ = AddedTo.TryAdd(name, variableExpressionAst);
                _ = Touched.TryAdd(name, variableExpressionAst);
                break;
            case VariableUse.Sets or VariableUse.MayChange:
                _ = Touched.TryAdd(name, variableExpressionAst);
                break;
        }

        return AstVisitAction.Continue;
    }

    private static string NameOf(VariableExpressionAst variable) => Dependencies.NameOf(variable);

    private void Assign(ExpressionAst target, bool sets) => AssignmentTargets.Visit(target, single =>
    {
        if (single is not VariableExpressionAst variable)
        {
            single.Visit(this);
        }
        else if (sets)
        {
            _ = _set.Add(NameOf(variable));
        }
        else
        {
            Replace(variable);
        }
    });

    private void Replace(VariableExpressionAst variable)
    {
        VariablePath path = variable.VariablePath;
        string name = NameOf(variable);
        if (!_set.Contains(name) && (path.IsScript || path.IsGlobal || (path.IsUnscopedVariable && IsInCallersScope(variable))))
        {
            _ = Replaced.TryAdd(name, variable);
        }
    }

    /// <summary>A variable without a scope may be the caller's in a <c>ForEach-Object</c> block; in a function, never.</summary>
    private bool IsInCallersScope(VariableExpressionAst variable)
    {
        for (Ast node = variable.Parent; node != _root; node = node.Parent)
        {
            bool hasOwnScope = node switch
            {
                FunctionDefinitionAst or TypeDefinitionAst => true,
                ScriptBlockExpressionAst block => !RunsInScopeAround(block),
                _ => false,
            };
            if (hasOwnScope)
            {
                return false;
            }
        }

        return _usingOf == _root;
    }

    private static bool RunsInScopeAround(ScriptBlockExpressionAst block) => block.Parent switch
    {
        CommandAst command when command.CommandElements[0] == block => command.InvocationOperator == TokenKind.Dot,
        CommandAst command => command.GetCommandName() is { } name && CommandsOfSameScope.Contains(name) && !InnerCommands.HasParallel(command),
        _ => false,
    };
}
