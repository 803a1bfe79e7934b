using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Loky.PowerShell.Capture;

/// <summary>Collects, in the caller's own scope at the moment of the call, what a scriptblock needs in a worker.</summary>
internal sealed class ScriptCapture(PSCmdlet cmdlet)
{
    /// <summary>Returns the setup of a call.</summary>
    public Hashtable Capture(ScriptBlock script, object?[] arguments)
    {
        var setup = new Hashtable();
        var variables = new Hashtable(StringComparer.OrdinalIgnoreCase);
        var ast = (ScriptBlockAst)RootOf(script);
        ScriptText.Write(setup, ast, new UsingRewriter(cmdlet).Rewrite(ast, variables));
        setup[CallSetup.Arguments] = arguments;
        setup[CallSetup.Variables] = variables;
        setup[CallSetup.Location] = cmdlet.SessionState.Path.CurrentLocation.Path;
        setup[CallSetup.Culture] = CultureInfo.CurrentCulture.Name;
        setup[CallSetup.UICulture] = CultureInfo.CurrentUICulture.Name;
        return setup;
    }

    private static Ast RootOf(ScriptBlock script) =>
        script.Ast switch
        {
            ScriptBlockAst block => block,
            FunctionDefinitionAst function => function.Body,
            _ => script.Ast,
        };
}
