using System.Management.Automation;
using System.Reflection;

namespace Loky.PowerShell.Capture;

/// <summary>The strict mode of a scope, which PowerShell sets by a command and tells by none.</summary>
/// <remarks>In a version that keeps it elsewhere, blocks run as where no strict mode was set.</remarks>
internal static class StrictMode
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    private static readonly PropertyInfo? Context = typeof(PSCmdlet).GetProperty("Context", Members);
    private static readonly PropertyInfo? EngineSessionState = Context?.PropertyType.GetProperty("EngineSessionState", Members);
    private static readonly PropertyInfo? SessionOfScript = typeof(ScriptBlock).GetProperty("SessionStateInternal", Members);
    private static readonly PropertyInfo? CurrentScope = EngineSessionState?.PropertyType.GetProperty("CurrentScope", Members);
    private static readonly PropertyInfo? ModuleScope = EngineSessionState?.PropertyType.GetProperty("ModuleScope", Members);
    private static readonly PropertyInfo? Parent = CurrentScope?.PropertyType.GetProperty("Parent", Members);
    private static readonly PropertyInfo? Version = CurrentScope?.PropertyType.GetProperty("StrictModeVersion", Members);

    /// <summary>Gets the version that a scriptblock would run under if the caller called it, or null where none was set.</summary>
    public static Version? Of(PSCmdlet cmdlet, ScriptBlock script)
    {
        object? session = SessionOfScript?.GetValue(script) ?? EngineSessionState?.GetValue(Context!.GetValue(cmdlet));
        if (session is null || Parent is null || Version is null)
        {
            return null;
        }

        object? last = ModuleScope?.GetValue(session);
        for (object? scope = CurrentScope!.GetValue(session); scope is not null; scope = Parent.GetValue(scope))
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

    /// <summary>Gets the version that was set in a scope itself.</summary>
    public static Version? VersionOf(object? scope) => scope is null ? null : (Version?)Version?.GetValue(scope);

    /// <summary>Sets the version of a scope; null has it follow the scope around it.</summary>
    public static void Set(object? scope, Version? version)
    {
        if (scope is not null)
        {
            Version?.SetValue(scope, version);
        }
    }
}
