using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Loky.PowerShell.Capture;

/// <summary>A scriptblock as text that parses to the same block, at the same place of the same file, elsewhere.</summary>
internal static class ScriptText
{
    /// <summary>Notes the text of a scriptblock in the setup of its call.</summary>
    /// <param name="setup">The setup.</param>
    /// <param name="ast">The scriptblock's syntax tree.</param>
    /// <param name="text">Its text, changed where need be, but not in length.</param>
    public static void Write(Hashtable setup, ScriptBlockAst ast, string text)
    {
        setup[CallSetup.Script] = text;
        setup[CallSetup.File] = ast.Extent.File;
        setup[CallSetup.Line] = ast.Extent.StartLineNumber;
        setup[CallSetup.Column] = ast.Extent.StartColumnNumber;
    }

    /// <summary>Parses the text that <see cref="Write"/> noted. Positions in errors are those of the caller's script.</summary>
    public static ScriptBlock Parse(Hashtable setup)
    {
        var text = (string)setup[CallSetup.Script]!;
        int line = Convert.ToInt32(setup[CallSetup.Line], null);
        int column = Convert.ToInt32(setup[CallSetup.Column], null);

        // Blank lines and columns put the text where it stood; they are not part of the block.
        string placed = new string('\n', line - 1) + new string(' ', column - 1) + text;
        ScriptBlockAst ast = Parser.ParseInput(placed, (string?)setup[CallSetup.File], out _, out ParseError[] errors);
        return errors.Length == 0 ? ast.GetScriptBlock() : throw new ParseException(errors);
    }
}
