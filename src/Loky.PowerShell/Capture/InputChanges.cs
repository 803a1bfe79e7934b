using System.Management.Automation.Language;
using System.Runtime.CompilerServices;

namespace Loky.PowerShell.Capture;

/// <summary>A place where what a block is run with is changed, and how.</summary>
internal sealed record InputChange(VariableExpressionAst Use, VariableUse What);

/// <summary>What a block does to what it is run with: the item, which it knows as <c>$_</c>, and its arguments. In a worker that
/// is done to copies. An item that is handed on afterwards, to the output above all, was changed for that.</summary>
internal sealed class InputChanges : AstVisitor2
{
    // A tree never changes, and a block that is called again has the same.
    private static readonly ConditionalWeakTable<ScriptBlockAst, InputChanges> Known = [];

    private readonly List<InputChange> _itemChanges = [];
    private readonly List<VariableExpressionAst> _itemsHandedOn = [];
    private readonly Dictionary<string, List<InputChange>> _named = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<int, List<InputChange>> _numbered = [];
    private readonly HashSet<string> _assigned = new(StringComparer.OrdinalIgnoreCase);
    private int _depth;

    private InputChanges()
    {
    }

    /// <summary>Gets what is done to the item and is lost with it, with the place: nothing for one that is handed on.</summary>
    public IReadOnlyList<InputChange> OfItem { get; private set; } = [];

    public static InputChanges Of(ScriptBlockAst block) => Known.GetValue(block, static block =>
    {
        var found = new InputChanges();
        block.Visit(found);
        found.OfItem = found._itemChanges.FindAll(
            change => !found._itemsHandedOn.Exists(use => IsKept(use) || Updates.ComesAfter(use, StatementOf(change.Use), block)));
        return found;
    });

    /// <summary><paramref name="parameter"/> is null for an argument without one, which has a number from 0.</summary>
    public IReadOnlyList<InputChange> OfArgument(string? parameter, int number) =>
        parameter is null ? _numbered.GetValueOrDefault(number) ?? [] : _assigned.Contains(parameter) ? [] : _named.GetValueOrDefault(parameter) ?? [];

    public override AstVisitAction VisitUsingExpression(UsingExpressionAst usingExpressionAst) => AstVisitAction.SkipChildren;

    public override AstVisitAction VisitTypeDefinition(TypeDefinitionAst typeDefinitionAst) => AstVisitAction.SkipChildren;

    public override AstVisitAction VisitFunctionDefinition(FunctionDefinitionAst functionDefinitionAst) => VisitInner(functionDefinitionAst.Body);

    public override AstVisitAction VisitScriptBlockExpression(ScriptBlockExpressionAst scriptBlockExpressionAst) =>
        SeesItemAround(scriptBlockExpressionAst) ? AstVisitAction.Continue : VisitInner(scriptBlockExpressionAst.ScriptBlock);

    public override AstVisitAction VisitParameter(ParameterAst parameterAst)
    {
        parameterAst.DefaultValue?.Visit(this);
        return AstVisitAction.SkipChildren;
    }

    public override AstVisitAction VisitSwitchStatement(SwitchStatementAst switchStatementAst)
    {
        switchStatementAst.Condition.Visit(this);
        _depth++;
        foreach ((ExpressionAst condition, StatementBlockAst body) in switchStatementAst.Clauses)
        {
            condition.Visit(this);
            body.Visit(this);
        }

        switchStatementAst.Default?.Visit(this);
        _depth--;
        return AstVisitAction.SkipChildren;
    }

    public override AstVisitAction VisitCatchClause(CatchClauseAst catchClauseAst) => VisitInner(catchClauseAst.Body);

    public override AstVisitAction VisitTrap(TrapStatementAst trapStatementAst) => VisitInner(trapStatementAst.Body);

    public override AstVisitAction VisitAssignmentStatement(AssignmentStatementAst assignmentStatementAst)
    {
        AssignmentTargets.Visit(assignmentStatementAst.Left, single =>
        {
            if (single is VariableExpressionAst variable)
            {
                _ = _assigned.Add(Dependencies.NameOf(variable));
            }
        });
        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitForEachStatement(ForEachStatementAst forEachStatementAst)
    {
        _ = _assigned.Add(Dependencies.NameOf(forEachStatementAst.Variable));
        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitVariableExpression(VariableExpressionAst variableExpressionAst)
    {
        string name = Dependencies.NameOf(variableExpressionAst);
        if (name is "_" || name.Equals("PSItem", StringComparison.OrdinalIgnoreCase))
        {
            NoteItem(variableExpressionAst);
        }
        else if (name.Equals("args", StringComparison.OrdinalIgnoreCase))
        {
            NoteNumbered(variableExpressionAst);
        }
        else if (VariableUses.Of(variableExpressionAst) is var what and not VariableUse.Reads)
        {
            Add(_named, name, variableExpressionAst, what);
        }

        return AstVisitAction.Continue;
    }

    private static void Add<T>(Dictionary<T, List<InputChange>> all, T key, VariableExpressionAst use, VariableUse what)
        where T : notnull
    {
        if (!all.TryGetValue(key, out List<InputChange>? uses))
        {
            all.Add(key, uses = []);
        }

        uses.Add(new InputChange(use, what));
    }

    /// <summary>A block that runs where it stands, with nothing coming down its pipeline, has the <c>$_</c> around it.</summary>
    private static bool SeesItemAround(ScriptBlockExpressionAst block) =>
        block.Parent is CommandAst { InvocationOperator: TokenKind.Ampersand or TokenKind.Dot, Parent: PipelineAst pipeline } command
        && command.CommandElements[0] == block
        && pipeline.PipelineElements[0] == command;

    private static bool IsKept(VariableExpressionAst use) =>
        VariableUses.WithoutParentheses(use).Parent is CommandExpressionAst { Parent: AssignmentStatementAst };

    /// <summary>Visits what has an item, and numbered arguments, of its own.</summary>
    private AstVisitAction VisitInner(Ast inner)
    {
        _depth++;
        inner.Visit(this);
        _depth--;
        return AstVisitAction.SkipChildren;
    }

    private void NoteItem(VariableExpressionAst use)
    {
        if (_depth > 0)
        {
            return;
        }

        VariableUse what = VariableUses.Of(use);
        if (VariableUses.HandsOn(use))
        {
            _itemsHandedOn.Add(use);
        }
        else if (what != VariableUse.Reads)
        {
            _itemChanges.Add(new InputChange(use, what));
        }
    }

    private void NoteNumbered(VariableExpressionAst use)
    {
        if (_depth == 0 && use.Parent is IndexExpressionAst { Index: ConstantExpressionAst { Value: int number } } element && element.Target == use
            && VariableUses.Of(element) is var what and not VariableUse.Reads)
        {
            Add(_numbered, number, use, what);
        }
    }

    /// <summary>Gets the statement that makes a change: what it hands on itself, it does before.</summary>
    private static Ast StatementOf(VariableExpressionAst use)
    {
        Ast node = use;
        while (node.Parent is ExpressionAst or CommandBaseAst or PipelineBaseAst)
        {
            node = node.Parent;
        }

        return node;
    }
}
