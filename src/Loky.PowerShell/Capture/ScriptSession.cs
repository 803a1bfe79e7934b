namespace Loky.PowerShell.Capture;

/// <summary>The session that a scriptblock was written in: that of a module, or the one that the user types into. Where
/// PowerShell keeps the latter elsewhere, the caller's session stands for it.</summary>
internal static class ScriptSession
{
    // A command, because a session may be in a language mode that forbids methods.
    private const string GetCommandText = "Microsoft.PowerShell.Core\\Get-Command -Name $args[0] -CommandType $args[1] -ErrorAction Ignore | Microsoft.PowerShell.Utility\\Select-Object -First 1";

    /// <summary>Gets the session of a script, or null if it belongs to none yet.</summary>
    public static SessionState? Of(ScriptBlock script) =>
        script.Module?.SessionState ?? SessionInternals.PublicSession.Get(ScriptInternals.Session.Get(script));

    /// <summary>Finds what a command's name means in a session. PowerShell itself looks into the session that is running, which
    /// knows nothing of the private functions of another module.</summary>
    public static CommandInfo? GetCommand(SessionState session, SessionState running, string name, CommandTypes types)
    {
        if (session.Module == running.Module)
        {
            return session.InvokeCommand.GetCommand(name, types);
        }

        object? found = running.InvokeCommand.InvokeScript(session, ScriptBlock.Create(GetCommandText), WildcardPattern.Escape(name), types).FirstOrDefault();
        return (found as PSObject)?.BaseObject as CommandInfo ?? found as CommandInfo;
    }
}
