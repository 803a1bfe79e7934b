using System.Management.Automation.Runspaces;

namespace Loky.PowerShell.Capture;

/// <summary>The names that every PowerShell session has by itself and that mean something of its own in each.</summary>
internal static class SessionVariables
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "_", "PSItem", "args", "input", "true", "false", "null", "PSCmdlet", "PSBoundParameters", "MyInvocation",
        "PSScriptRoot", "PSCommandPath", "Host", "PID", "HOME", "PWD", "PSHOME", "PSVersionTable", "ExecutionContext", "Error",
        "StackTrace", "LASTEXITCODE", "?", "$", "^", "foreach", "switch", "NestedPromptLevel", "ShellId", "PSCulture", "PSUICulture",
        "IsLinux", "IsMacOS", "IsWindows", "IsCoreCLR", "EnabledExperimentalFeatures", "PSEdition", "Sender", "EventArgs", "Event",
        "EventSubscriber", "PSDebugContext", "PSSenderInfo", "PSStyle", "ConsoleFileName",
    };

    private static readonly Lazy<HashSet<string>> Functions = new(static () => new HashSet<string>(
        InitialSessionState.CreateDefault2().Commands.OfType<SessionStateFunctionEntry>().Select(static entry => entry.Name),
        StringComparer.OrdinalIgnoreCase));

    public static bool IsOfEverySession(string name) => Names.Contains(name);

    public static bool IsFunctionOfEverySession(string name) => Functions.Value.Contains(name);
}
