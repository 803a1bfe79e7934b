using System.Collections;
using System.Globalization;
using System.Management.Automation.Language;
using System.Text;

namespace Loky.PowerShell.Capture;

/// <summary>Classes and enums as texts that define the same elsewhere, at the same places of the same files: their methods know
/// from these what <c>$PSScriptRoot</c> is, and errors in them where they are.</summary>
internal static class TypeText
{
    /// <summary>Notes the text of a definition, and its place unless it was typed in: that differs each time.</summary>
    public static Hashtable Of(TypeDefinitionAst definition)
    {
        IScriptExtent extent = definition.Extent;
        var text = new Hashtable { [CallSetup.Script] = extent.Text };
        if (extent.File is { } file)
        {
            text[CallSetup.File] = file;
            text[CallSetup.Line] = extent.StartLineNumber;
            text[CallSetup.Column] = extent.StartColumnNumber;
        }

        return text;
    }

    public static string NamesOf(IEnumerable<string> names) => string.Join('\n', names.Select(static name => $"[{name}]"));

    /// <summary>Each text comes before those that need it; <paramref name="run"/> runs a script in the scope that gets the types.
    /// Throws <see cref="RuntimeException"/> where the texts do not hold here.</summary>
    public static void Define(string usings, IReadOnlyList<Hashtable> texts, Action<ScriptBlock> run)
    {
        List<IGrouping<string?, Hashtable>> files = [.. texts.GroupBy(static text => (string?)text[CallSetup.File])];
        while (files.Count > 0)
        {
            // A file with types of another one is parsed only when these are there.
            if (files.RemoveAll(file => TryDefine(usings, file, run)) == 0)
            {
                // Those that files share in a circle, as after some have changed, can only be defined by one script, of no file.
                run(Parse(usings + Together(texts), file: null));
                return;
            }
        }
    }

    /// <summary>Parses a script as if it stood in a file; throws <see cref="ParseException"/>.</summary>
    public static ScriptBlock Parse(string script, string? file)
    {
        ScriptBlockAst ast = Parser.ParseInput(script, file, out _, out ParseError[] errors);
        return errors.Length == 0 ? ast.GetScriptBlock() : throw new ParseException(errors);
    }

    private static bool TryDefine(string usings, IGrouping<string?, Hashtable> file, Action<ScriptBlock> run)
    {
        try
        {
            run(Parse(usings + (file.Key is null ? Together(file) : InPlace(file)), file.Key));
            return true;
        }
        catch (RuntimeException)
        {
            return false;
        }
    }

    private static string Together(IEnumerable<Hashtable> texts) => string.Join('\n', texts.Select(static text => (string)text[CallSetup.Script]!));

    /// <summary>Puts the texts of one file where they stood: in that order they were defined there, too.</summary>
    private static string InPlace(IEnumerable<Hashtable> texts)
    {
        var script = new StringBuilder();
        (int line, int column) = (1, 1);
        foreach (Hashtable text in texts.OrderBy(static text => NumberOf(text, CallSetup.Line)).ThenBy(static text => NumberOf(text, CallSetup.Column)))
        {
            int toLine = NumberOf(text, CallSetup.Line);
            if (toLine > line)
            {
                script.Append('\n', toLine - line);
                (line, column) = (toLine, 1);
            }

            else if (script.Length > 0)
            {
                script.Append(';');
                column++;
            }

            int toColumn = NumberOf(text, CallSetup.Column);
            script.Append(' ', Math.Max(0, toColumn - column));
            string definition = (string)text[CallSetup.Script]!;
            script.Append(definition);
            int lines = definition.Count(static letter => letter == '\n');
            column = lines == 0 ? Math.Max(column, toColumn) + definition.Length : definition.Length - definition.LastIndexOf('\n');
            line += lines;
        }

        return script.ToString();
    }

    private static int NumberOf(Hashtable text, string key) => Convert.ToInt32(text[key], CultureInfo.InvariantCulture);
}
