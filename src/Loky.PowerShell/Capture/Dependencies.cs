using System.Management.Automation.Language;
using System.Runtime.CompilerServices;

namespace Loky.PowerShell.Capture;

/// <summary>The names that a piece of script uses and does not surely define itself, found in its syntax tree. What is taken
/// along without need does no harm, because the script then sets it as it would have done where it was written.</summary>
internal sealed class Dependencies : AstVisitor2, IAstPostVisitHandler
{
    /// <summary>The drive of variables, which a name can have in front without being another one.</summary>
    public const string VariableDrive = "variable:";

    private static readonly HashSet<string> BuiltInAttributes = new(StringComparer.OrdinalIgnoreCase)
    {
        "Parameter", "CmdletBinding", "Alias", "OutputType", "ArgumentCompleter", "ArgumentCompletions", "SupportsWildcards",
        "AllowNull", "AllowEmptyString", "AllowEmptyCollection", "PSDefaultValue", "Credential", "SuppressMessage", "Experimental",
        "ValidateSet", "ValidateRange", "ValidateScript", "ValidatePattern", "ValidateLength", "ValidateCount", "ValidateDrive",
        "ValidateUserDrive", "ValidateNotNull", "ValidateNotNullOrEmpty", "ValidateNotNullOrWhiteSpace", "ValidateTrustedData",
    };

    // A tree never changes, and a block that is called again has the same.
    private static readonly ConditionalWeakTable<Ast, Dependencies> Known = [];
    private static readonly ConditionalWeakTable<Ast, Dependencies> KnownOfCalls = [];

    private readonly ScriptBlockAst? _usingOf;
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);

    // The variables and functions that are surely defined at the point that is visited, by block.
    private readonly List<HashSet<string>> _defined = [new(StringComparer.OrdinalIgnoreCase)];

    private Dependencies(ScriptBlockAst? usingOf) => _usingOf = usingOf;

    /// <summary>Gets the variables that are used, by name as written but for braces, with the first place of each.</summary>
    public Dictionary<string, VariableExpressionAst> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    public HashSet<string> Commands { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<string, ITypeName> Types { get; } = new(StringComparer.OrdinalIgnoreCase);

    public VariableChanges Changes { get; private set; } = null!;

    /// <summary><paramref name="usingOf"/> is the block whose own <c>$using:</c> expressions are resolved already.</summary>
    public static Dependencies Of(Ast ast, ScriptBlockAst? usingOf = null) =>
        usingOf is null
            ? Known.GetValue(ast, static ast => Find(ast, null))
            : KnownOfCalls.GetValue(usingOf, static block => Find(block, (ScriptBlockAst)block));

    /// <summary>Gets the name of a variable as it is written, but for the drive of variables.</summary>
    public static string NameOf(VariableExpressionAst variable)
    {
        string path = variable.VariablePath.UserPath;
        return path.StartsWith(VariableDrive, StringComparison.OrdinalIgnoreCase) ? path[VariableDrive.Length..] : path;
    }

    public override AstVisitAction VisitUsingExpression(UsingExpressionAst usingExpressionAst) =>
        _usingOf is not null && !InnerCommands.Resolve(usingExpressionAst, _usingOf) ? AstVisitAction.SkipChildren : AstVisitAction.Continue;

    public override AstVisitAction VisitVariableExpression(VariableExpressionAst variableExpressionAst)
    {
        VariablePath path = variableExpressionAst.VariablePath;
        if (path.IsDriveQualified)
        {
            UseDrive(path);
            return AstVisitAction.Continue;
        }

        string name = NameOf(variableExpressionAst);
        if (!IsDefined(name) && _seen.Add(name))
        {
            Variables[name] = variableExpressionAst;
        }

        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitCommand(CommandAst commandAst)
    {
        if (commandAst.GetCommandName() is { Length: > 0 } name && !IsDefined(FunctionKey(name)))
        {
            Commands.Add(name);
        }

        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitTypeExpression(TypeExpressionAst typeExpressionAst)
    {
        Add(typeExpressionAst.TypeName);
        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitTypeConstraint(TypeConstraintAst typeConstraintAst)
    {
        Add(typeConstraintAst.TypeName);
        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitAttribute(AttributeAst attributeAst)
    {
        // To look for a type that no script defines costs more than all the rest.
        if (!BuiltInAttributes.Contains(attributeAst.TypeName.Name))
        {
            Add(attributeAst.TypeName);
            Add(new TypeName(attributeAst.Extent, attributeAst.TypeName.FullName + "Attribute"));
        }

        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitScriptBlock(ScriptBlockAst scriptBlockAst)
    {
        EnterBlock();
        foreach (NamedBlockAst? block in new[] { scriptBlockAst.BeginBlock, scriptBlockAst.ProcessBlock, scriptBlockAst.EndBlock })
        {
            foreach (FunctionDefinitionAst function in block?.Statements.OfType<FunctionDefinitionAst>() ?? [])
            {
                Define(FunctionKey(function.Name));
            }
        }

        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitStatementBlock(StatementBlockAst statementBlockAst)
    {
        EnterBlock();
        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitFunctionDefinition(FunctionDefinitionAst functionDefinitionAst)
    {
        EnterBlock();
        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitTypeDefinition(TypeDefinitionAst typeDefinitionAst)
    {
        EnterBlock();

        // Each method has an object of its own.
        Define("this");
        return AstVisitAction.Continue;
    }

    public void PostVisit(Ast ast)
    {
        // What is set within a block may not have been set behind it.
        if (ast is ScriptBlockAst or StatementBlockAst or FunctionDefinitionAst or TypeDefinitionAst)
        {
            _defined.RemoveAt(_defined.Count - 1);
        }
    }

    public override AstVisitAction VisitParameter(ParameterAst parameterAst)
    {
        foreach (AttributeBaseAst attribute in parameterAst.Attributes)
        {
            attribute.Visit(this);
        }

        parameterAst.DefaultValue?.Visit(this);
        Define(parameterAst.Name.VariablePath.UserPath);
        return AstVisitAction.SkipChildren;
    }

    public override AstVisitAction VisitAssignmentStatement(AssignmentStatementAst assignmentStatementAst)
    {
        assignmentStatementAst.Right.Visit(this);
        Assign(assignmentStatementAst.Left, assignmentStatementAst.Operator == TokenKind.Equals && IsSurelyRun(assignmentStatementAst));
        return AstVisitAction.SkipChildren;
    }

    public override AstVisitAction VisitForEachStatement(ForEachStatementAst forEachStatementAst)
    {
        forEachStatementAst.Condition.Visit(this);
        EnterBlock();
        Define(forEachStatementAst.Variable.VariablePath.UserPath);
        forEachStatementAst.Body.Visit(this);
        _defined.RemoveAt(_defined.Count - 1);
        return AstVisitAction.SkipChildren;
    }

    private static Dependencies Find(Ast ast, ScriptBlockAst? usingOf)
    {
        var found = new Dependencies(usingOf) { Changes = VariableChanges.Of(ast, usingOf) };
        ast.Visit(found);
        return found;
    }

    // No variable can have this name.
    private static string FunctionKey(string name) => "function:" + name;

    /// <summary>Within an expression or a condition, something can go past an assignment.</summary>
    private static bool IsSurelyRun(AssignmentStatementAst assignment) => assignment.Parent switch
    {
        NamedBlockAst or StatementBlockAst => true,
        ForStatementAst loop => loop.Initializer == assignment,
        AssignmentStatementAst outer => IsSurelyRun(outer),
        _ => false,
    };

    private void Assign(ExpressionAst target, bool sets) => AssignmentTargets.Visit(
        target,
        single =>
        {
            if (single is VariableExpressionAst variable && sets)
            {
                Define(variable.VariablePath.UserPath);
            }
            else
            {
                single.Visit(this);
            }
        },
        attribute => attribute.Visit(this));

    private void UseDrive(VariablePath path)
    {
        if (path.DriveName.Equals("function", StringComparison.OrdinalIgnoreCase) || path.DriveName.Equals("alias", StringComparison.OrdinalIgnoreCase))
        {
            Commands.Add(path.UserPath[(path.DriveName.Length + 1)..]);
        }
    }

    private void EnterBlock() => _defined.Add(new HashSet<string>(StringComparer.OrdinalIgnoreCase));

    private void Define(string name) => _defined[^1].Add(name);

    private bool IsDefined(string name) => _defined.Exists(names => names.Contains(name));

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
