using System.Globalization;
using System.Management.Automation.Language;

namespace Loky.PowerShell.Serialization;

internal static class ScriptFormatter
{
    private const char Separator = '\0';

    /// <summary>Writes the text; for a worker its place too, from which its script root follows.</summary>
    public static void Write(PSWriteSession session, object value)
    {
        var script = (ScriptBlock)value;
        string plain = ScalarFormatters.ScriptText(session, script);
        if (session.KeepScripts && script.Ast is ScriptBlockAst { Parent: ScriptBlockExpressionAst, Extent: { File: { } file } extent })
        {
            string text = string.Create(
                CultureInfo.InvariantCulture, $"{file}{Separator}{extent.StartLineNumber}{Separator}{extent.StartColumnNumber}{Separator}{extent.Text}");
            ScalarFormatters.WriteText(session, PSExtension.PlacedScriptBlock, text);
            return;
        }

        ScalarFormatters.WriteText(session, PSExtension.ScriptBlock, plain);
    }

    /// <summary>Makes a script block that is not parsed before it is used, or returns the text where one might do more than
    /// <paramref name="mode"/> allows; null is what the current thread's session may.</summary>
    public static object Read(string text, PSLanguageMode? mode)
    {
        if (PSInternals.NewScriptBlock(text) is not { } script)
        {
            return text;
        }

        return mode is not { } limit || ScriptInternals.LanguageMode.Set(script, limit) || limit == PSLanguageMode.FullLanguage ? script : text;
    }

    /// <summary>Makes a script block of its text at its place, for the current thread's session.</summary>
    public static object ReadPlaced(string placed)
    {
        string[] parts = placed.Split(Separator, 4);
        int line = int.Parse(parts[1], CultureInfo.InvariantCulture);
        int column = int.Parse(parts[2], CultureInfo.InvariantCulture);

        // Blank lines and columns put the text where it stood; within a script the block is the same as it was there.
        string script = new string('\n', line - 1) + new string(' ', column - 1) + parts[3];
        ScriptBlockAst ast = Parser.ParseInput(script, parts[0], out _, out ParseError[] errors);
        var block = (ScriptBlockAst?)ast.Find(static node => node is ScriptBlockAst { Parent: ScriptBlockExpressionAst }, searchNestedScriptBlocks: true);
        return errors.Length == 0 && block is not null ? block.GetScriptBlock() : Read(parts[3][1..^1], mode: null);
    }
}
