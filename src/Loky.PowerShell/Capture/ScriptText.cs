using System.Collections;
using System.Management.Automation.Language;

namespace Loky.PowerShell.Capture;

/// <summary>A scriptblock as text that parses to the same block, at the same place of the same file, elsewhere.</summary>
internal static class ScriptText
{
    /// <summary>The text may be changed where need be, but not in length.</summary>
    public static void Write(Hashtable setup, ScriptBlockAst ast, string text)
    {
        setup[CallSetup.Script] = text;
        setup[CallSetup.File] = ast.Extent.File;
        setup[CallSetup.Line] = ast.Extent.StartLineNumber;
        setup[CallSetup.Column] = UsingRewriter.Around(ast).Before.Length + 1;
    }

    /// <summary>Notes the text of a function: of its definition where it has one, by which traces know its name.</summary>
    public static void WriteFunction(Hashtable setup, FunctionInfo function)
    {
        if (function.ScriptBlock.Ast is not FunctionDefinitionAst definition)
        {
            ScriptBlockAst body = RootOf(function.ScriptBlock);
            Write(setup, body, UsingRewriter.TextOf(body));
            return;
        }

        setup[CallSetup.FunctionName] = definition.Name;
        setup[CallSetup.Script] = definition.Extent.Text;
        setup[CallSetup.File] = definition.Extent.File;
        setup[CallSetup.Line] = definition.Extent.StartLineNumber;
        setup[CallSetup.Column] = definition.Extent.StartColumnNumber;
    }

    public static ScriptBlockAst RootOf(ScriptBlock script) => script.Ast as ScriptBlockAst ?? ((FunctionDefinitionAst)script.Ast).Body;

    public static Ast ScriptOf(Ast ast)
    {
        Ast root = ast;
        while (root.Parent is not null)
        {
            root = root.Parent;
        }

        return root;
    }

    public static string UsingStatementsOf(Ast ast)
    {
        return ScriptOf(ast) is ScriptBlockAst { UsingStatements: { Count: > 0 } statements }
            ? string.Concat(statements.Select(statement => TextOf(statement, ast.Extent.File) + ";"))
            : string.Empty;
    }

    public static IEnumerable<string> UsedFilesOf(Ast ast)
    {
        return ((ScriptOf(ast) as ScriptBlockAst)?.UsingStatements ?? Enumerable.Empty<UsingStatementAst>())
            .Select(static statement => ScriptInternals.UsedModule.Get(statement))
            .OfType<PSModuleInfo>()
            .SelectMany(static module => new[] { module.Path, Path.Combine(module.ModuleBase, module.RootModule ?? string.Empty) }
                .Concat(module.NestedModules.Select(static nested => nested.Path)));
    }

    /// <summary>Parses the text that <see cref="Write"/> noted. Positions in errors are those of the caller's script.</summary>
    public static ScriptBlock Parse(Hashtable setup, string usings)
    {
        var text = (string)setup[CallSetup.Script]!;
        int line = Convert.ToInt32(setup[CallSetup.Line], null);
        int column = Convert.ToInt32(setup[CallSetup.Column], null);

        // Blank lines and columns put the text where it stood; they are not part of the block.
        string placed = usings + new string('\n', line - 1) + new string(' ', column - 1) + text;
        ScriptBlockAst ast = Parser.ParseInput(placed, (string?)setup[CallSetup.File], out _, out ParseError[] errors);
        if (errors.Length > 0)
        {
            throw new ParseException(errors);
        }

        return setup.ContainsKey(CallSetup.FunctionName) ? FunctionOf(ast) : ast.GetScriptBlock();
    }

    /// <summary>Makes the block of the function that a script defines and does nothing else.</summary>
    private static ScriptBlock FunctionOf(ScriptBlockAst script)
    {
        var definition = (FunctionDefinitionAst)script.EndBlock.Statements[0];
        if (ScriptInternals.NewFunction.New(definition, definition.IsFilter) is { } function)
        {
            return function;
        }

        // To define it does the same, if not as fast. Its name may say in which scope.
        string name = definition.Name[(definition.Name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var define = ScriptBlock.Create("param($define, $name) . $define; Get-Item -LiteralPath Function:$name");
        return ((FunctionInfo)((PSObject)define.InvokeReturnAsIs(script.GetScriptBlock(), name)).BaseObject).ScriptBlock;
    }

    /// <summary>Paths in <c>using module</c> are relative to the script; elsewhere they must be whole.</summary>
    private static string TextOf(UsingStatementAst statement, string? file)
    {
        if (statement.UsingStatementKind is UsingStatementKind.Module or UsingStatementKind.Assembly
            && statement.Name?.Value is { } name
            && file is not null
            && name.AsSpan().IndexOfAny('/', '\\') >= 0)
        {
            string path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, name));
            string keyword = statement.UsingStatementKind == UsingStatementKind.Module ? "module" : "assembly";
            return $"using {keyword} '{CodeGeneration.EscapeSingleQuotedStringContent(path)}'";
        }

        return statement.Extent.Text;
    }
}
