using System.Collections;

namespace Loky.PowerShell.Capture;

/// <summary>The strict mode of a scope, which PowerShell sets by a command and tells by none.</summary>
/// <remarks>In a version that keeps it elsewhere it is found out by what is an error.</remarks>
internal static class StrictMode
{
    // What the versions forbid, the last first.
    private const string TryText =
        "try { $null = @()[0] } catch { return '3.0' }; try { $null = ''.LokyNone } catch { return '2.0' }; try { $null = $LokyNone } catch { return '1.0' }";

    private static readonly InternalMember[] Members =
        [SessionInternals.CurrentScope, SessionInternals.ModuleScope, SessionInternals.Parent, SessionInternals.StrictModeVersion];

    /// <summary>Gets the version that a scriptblock would run under if the caller called it; null where none was set.</summary>
    public static Version? Of(PSCmdlet cmdlet, ScriptBlock script)
    {
        object? session = ScriptInternals.Session.Get(script) ?? SessionInternals.SessionOfContext.Get(SessionInternals.ContextOfCommand.Get(cmdlet));
        if (session is null || !Members.All(static member => member.IsPresent))
        {
            return Try(cmdlet, ScriptSession.Of(script) ?? cmdlet.SessionState);
        }

        object? last = SessionInternals.ModuleScope.Get(session);
        for (object? scope = SessionInternals.CurrentScope.Get(session); scope is not null; scope = SessionInternals.Parent.Get(scope))
        {
            if (VersionOf(scope) is { } version)
            {
                return version;
            }

            // What holds in the session does not in its modules.
            if (scope == last)
            {
                break;
            }
        }

        return null;
    }

    public static Version? VersionOf(object? scope) => SessionInternals.StrictModeVersion.Get(scope);

    /// <summary>A null version has the scope follow the one around it; false where PowerShell does not let it be set.</summary>
    public static bool Set(object? scope, Version? version) => SessionInternals.StrictModeVersion.Set(scope, version);

    private static Version? Try(PSCmdlet cmdlet, SessionState session)
    {
        var errors = cmdlet.SessionState.PSVariable.GetValue("global:Error") as ArrayList;
        object? last = errors is { Count: > 0 } ? errors[0] : null;
        PSObject? found = cmdlet.InvokeCommand.InvokeScript(session, ScriptBlock.Create(TryText)).FirstOrDefault();
        while (errors is { Count: > 0 } && errors[0] != last)
        {
            errors.RemoveAt(0);
        }

        return found is null ? null : Version.Parse(found.ToString());
    }
}
