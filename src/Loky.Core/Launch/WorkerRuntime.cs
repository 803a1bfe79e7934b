namespace Loky.Launch;

/// <summary>
/// How the .NET runtime of a worker is set, unless the user has decided. It opens no diagnostics socket and no debugger
/// pipes: a process that is killed leaves these files behind in the temporary folder for ever. (Who wants to trace or
/// debug workers sets the variables to 1.) And its pool threads sleep when they have nothing to do, because while they
/// look out for more, as they do by default, they take a quarter of the processor that other workers need.
/// </summary>
internal static class WorkerRuntime
{
    /// <summary>The variable by which the compiler profiles code before it optimizes it.</summary>
    public const string ProfileVariable = "DOTNET_TieredPGO";

    /// <summary>Read as 0 by the runtime; nobody writes it so by hand, which tells it from a setting of the user's own.</summary>
    public const string Off = "00";

    private static readonly string[] Variables =
        ["DOTNET_EnableDiagnostics_IPC", "DOTNET_EnableDiagnostics_Debugger", "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"];

    /// <summary>Switches it off for a process to be started.</summary>
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
        foreach (string variable in Variables.Append(ProfileVariable))
        {
            if (Environment.GetEnvironmentVariable(variable) == Off)
            {
                Environment.SetEnvironmentVariable(variable, null);
            }
        }
    }
}
