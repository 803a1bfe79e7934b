namespace Loky.PowerShell.Capture;

/// <summary>The preferences that hold where a call is made, and what its common parameters make of them.</summary>
internal static class Preferences
{
    private static readonly string[] Names =
    [
        "ErrorActionPreference", "WarningPreference", "InformationPreference", "VerbosePreference", "DebugPreference",
        "ProgressPreference", "ConfirmPreference", "WhatIfPreference", "ErrorView", "FormatEnumerationLimit", "OFS",
        "PSDefaultParameterValues", "PSModuleAutoLoadingPreference", "PSNativeCommandUseErrorActionPreference",
        "PSNativeCommandArgumentPassing", "OutputEncoding", "PSApplicationOutputEncoding", "PSEmailServer", "PSSessionApplicationName",
        "PSSessionConfigurationName", "Transcript",
    ];

    private static readonly (string Parameter, string Preference)[] Parameters =
    [
        ("InformationAction", "InformationPreference"), ("ProgressAction", "ProgressPreference"),
    ];

    public static IEnumerable<(string Name, object? Value)> Of(PSCmdlet cmdlet)
    {
        Dictionary<string, object> bound = cmdlet.MyInvocation.BoundParameters;
        foreach (string name in Names)
        {
            if (cmdlet.SessionState.PSVariable.Get(name) is { } variable)
            {
                object? value = Overridden(bound, name) ?? variable.Value;
                yield return (name, name == "InformationPreference" && bound.ContainsKey("InformationVariable") ? Kept(value) : value);
            }
        }
    }

    /// <summary>What is ignored is nevertheless added to the variable that the user names for it.</summary>
    private static object? Kept(object? preference) =>
        LanguagePrimitives.TryConvertTo(preference, out ActionPreference action) && action == ActionPreference.Ignore
            ? ActionPreference.SilentlyContinue
            : preference;

    /// <summary>What is asked for with the call must be written by the workers to be seen. What is silenced is silenced where it
    /// arrives, so that the variables for it are filled.</summary>
    private static object? Overridden(Dictionary<string, object> bound, string name)
    {
        if (name == "VerbosePreference" && bound.TryGetValue("Verbose", out object? verbose))
        {
            return ((SwitchParameter)verbose).IsPresent ? ActionPreference.Continue : ActionPreference.SilentlyContinue;
        }

        if (name == "DebugPreference" && bound.TryGetValue("Debug", out object? debug))
        {
            return ((SwitchParameter)debug).IsPresent ? ActionPreference.Continue : ActionPreference.SilentlyContinue;
        }

        foreach ((string parameter, string preference) in Parameters)
        {
            if (name == preference && bound.TryGetValue(parameter, out object? action))
            {
                return action;
            }
        }

        return null;
    }
}
