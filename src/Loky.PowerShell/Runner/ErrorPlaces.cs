using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation.Language;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Runner;

/// <summary>Gives errors their place in the caller's script: the whole line, of which the block here is only a part, and the line
/// at all where a command reports for the block as a whole.</summary>
internal sealed class ErrorPlaces
{
    private const string NoFile = "<No file>";
    private readonly string? _file;
    private readonly int _firstLine;
    private readonly string[] _lines;
    private readonly Ast _block;
    private readonly ConcurrentDictionary<(int Line, string Command), IScriptExtent?> _statements = [];

    public ErrorPlaces(Hashtable setup, Ast block)
    {
        _block = block;
        _file = (string?)setup[CallSetup.File];
        _firstLine = Convert.ToInt32(setup[CallSetup.Line] ?? 1, CultureInfo.InvariantCulture);

        // An initializer comes without what is before it on its line.
        string before = (string?)setup[CallSetup.Before] ?? new string(' ', Convert.ToInt32(setup[CallSetup.Column] ?? 1, CultureInfo.InvariantCulture) - 1);
        string text = before + (string?)setup[CallSetup.Script] + (string?)setup[CallSetup.After];
        _lines = text.Replace("\r", string.Empty, StringComparison.Ordinal).Split('\n');
    }

    public void Place(ErrorRecord error)
    {
        if (error.InvocationInfo is not { } invocation || !(string.IsNullOrEmpty(invocation.ScriptName) || invocation.ScriptName == _file))
        {
            return;
        }

        // A command that reports for its caller, as Write-Error does, knows only the block as a whole; the trace knows more.
        int line = invocation.ScriptLineNumber;
        bool known = line > _firstLine || (line == _firstLine && invocation.OffsetInLine > 1);
        if (!known && invocation.ScriptName != _file && LineOf(error.ScriptStackTrace) is { } traced)
        {
            line = traced;
        }

        int index = line - _firstLine;
        if (index < 0 || index >= _lines.Length)
        {
            return;
        }

        IScriptExtent? extent = known ? InvocationPosition.ExtentOf(invocation) : _statements.GetOrAdd((line, error.CategoryInfo.Activity), FindStatement);
        string text = _lines[index];
        int start = extent?.StartColumnNumber ?? text.Length - text.TrimStart().Length + 1;
        int end = extent?.EndLineNumber == line ? extent.EndColumnNumber : text.TrimEnd().Length + 1;
        invocation.DisplayScriptPosition = new ScriptExtent(
            new ScriptPosition(_file, line, start, text), new ScriptPosition(_file, line, Math.Clamp(end, start, Math.Max(start, text.Length + 1)), text));
    }

    /// <summary>Finds the statement of a line that an error is of: the first that names the command, or else the first.</summary>
    private IScriptExtent? FindStatement((int Line, string Command) at)
    {
        Ast[] statements = [.. _block.FindAll(node => node is PipelineBaseAst or CommandAst && node.Extent.StartLineNumber == at.Line, searchNestedScriptBlocks: true)];
        return (Array.Find(statements, node => node is CommandAst call && call.GetCommandName() == at.Command) ?? statements.FirstOrDefault())?.Extent;
    }

    /// <summary>Reads the line off the first place of a trace, if that is in the block's file.</summary>
    private int? LineOf(string? trace)
    {
        ReadOnlySpan<char> first = trace.AsSpan();
        first = first[..(first.IndexOfAny('\r', '\n') is >= 0 and var end ? end : first.Length)];
        string before = $", {_file ?? NoFile}: line ";
        int at = first.LastIndexOf(before, StringComparison.Ordinal);
        return at >= 0 && int.TryParse(first[(at + before.Length)..], CultureInfo.InvariantCulture, out int line) ? line : null;
    }
}
