using System.Management.Automation.Language;

namespace Loky.PowerShell.Serialization;

/// <summary>The command and the place in a script that a record comes from: script, line, column, end line, end column, text of
/// the line, invocation name, command name, command type.</summary>
internal static class InvocationPosition
{
    private const int Parts = 9;

    /// <summary>Gets the piece of script that a record comes from, or null where that is not known.</summary>
    public static IScriptExtent? ExtentOf(InvocationInfo invocation) => RecordInternals.ScriptPosition.Info?.Invoke(invocation) ?? invocation.DisplayScriptPosition;

    public static void Write(PSWriteSession session, InvocationInfo? invocation)
    {
        WireWriter output = session.Writer;
        if (invocation is null)
        {
            output.WriteNil();
            return;
        }

        IScriptExtent? extent = ExtentOf(invocation);
        output.WriteArrayHeader(Parts);
        StringFormatter.Write(session.Writer, extent is null ? invocation.ScriptName : extent.File);
        output.Write(extent?.StartLineNumber ?? invocation.ScriptLineNumber);
        output.Write(extent?.StartColumnNumber ?? invocation.OffsetInLine);
        output.Write(extent?.EndLineNumber ?? invocation.ScriptLineNumber);
        output.Write(extent?.EndColumnNumber ?? invocation.OffsetInLine);
        StringFormatter.Write(session.Writer, extent is null ? invocation.Line : extent.StartScriptPosition?.Line);
        StringFormatter.Write(session.Writer, invocation.InvocationName);
        StringFormatter.Write(session.Writer, invocation.MyCommand?.Name);
        output.Write((int)(invocation.MyCommand?.CommandType ?? 0));
    }

    public static InvocationInfo? Read(ref WireReader reader, PSReadSession session)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        reader.ReadArrayHeader(Parts);
        string? script = StringFormatter.Read(ref reader);
        int line = reader.ReadInt32();
        int column = reader.ReadInt32();
        int endLine = reader.ReadInt32();
        int endColumn = reader.ReadInt32();
        string text = StringFormatter.Read(ref reader) ?? string.Empty;
        string? invocationName = StringFormatter.Read(ref reader);
        string? command = StringFormatter.Read(ref reader);
        int commandType = reader.ReadInt32();

        CommandInfo? commandInfo = command is { Length: > 0 } ? RecordInternals.NewCommand.New(command, (CommandTypes)commandType) : null;
        InvocationInfo invocation = InvocationInfo.Create(commandInfo, Place(script, text, line, column, endLine, endColumn));
        RecordInternals.SetInvocationName.Info?.Invoke(invocation, invocationName);
        return invocation;
    }

    private static IScriptExtent Place(string? script, string text, int line, int column, int endLine, int endColumn)
    {
        if (line <= 0 && RecordInternals.Nowhere.Get(null) is { } nowhere)
        {
            return nowhere;
        }

        // PowerShell cuts the line at these columns when it shows the error, so they must be in it.
        int last = text.TrimEnd().Length + 1;
        column = Math.Clamp(column, 1, last);
        if (endLine < line || (endLine == line && endColumn < column))
        {
            (endLine, endColumn) = (line, column);
        }

        if (endLine == line)
        {
            endColumn = Math.Min(endColumn, last);
        }

        var start = new ScriptPosition(script, line, column, text);
        var end = new ScriptPosition(script, endLine, endColumn, text);
        return new ScriptExtent(start, end);
    }
}
