namespace Loky.Launch;

/// <summary>
/// Keeps the .NET runtime of a worker from opening its diagnostics socket and its debugger pipes: a process that is killed
/// leaves these files behind in the temporary folder for ever. Who wants to trace or debug workers sets the variables to 1.
/// </summary>
internal static class RuntimeDiagnostics
{
    // The runtime reads it as 0; nobody writes it so by hand, which tells it from a setting of the user's own.
    private const string Off = "00";

    private static readonly string[] Variables = ["DOTNET_EnableDiagnostics_IPC", "DOTNET_EnableDiagnostics_Debugger"];

    /// <summary>Switches both off for a process to be started, unless the user has decided.</summary>
    public static void SwitchOff(IDictionary<string, string?> environment)
    {
        foreach (string variable in Variables)
        {
            _ = environment.TryAdd(variable, Off);
        }
    }

    /// <summary>Takes the settings back in the worker, so that its children do not inherit them.</summary>
    public static void KeepFromChildren()
    {
        foreach (string variable in Variables)
        {
            if (Environment.GetEnvironmentVariable(variable) == Off)
            {
                Environment.SetEnvironmentVariable(variable, null);
            }
        }
    }
}
