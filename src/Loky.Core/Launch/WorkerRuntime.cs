namespace Loky.Launch;

/// <summary>
/// How a worker's .NET runtime is set, unless the user has decided: without diagnostics sockets and debugger pipes, whose files a
/// killed process leaves behind, and with pool threads that sleep when idle, as their looking out takes a quarter of a processor.
/// </summary>
internal static class WorkerRuntime
{
    // By which the compiler profiles code before it optimizes it.
    private const string Profiles = "DOTNET_TieredPGO";

    // The runtime reads them as 0; nobody writes it so by hand, which tells it from a setting of the user's own.
    private const string Off = "00";

    private static readonly string[] Variables =
        ["DOTNET_EnableDiagnostics_IPC", "DOTNET_EnableDiagnostics_Debugger", "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"];

    public static void SwitchOff(IDictionary<string, string?> environment, bool alsoProfiles = false)
    {
        foreach (string variable in alsoProfiles ? Variables.Append(Profiles) : Variables)
        {
            _ = environment.TryAdd(variable, Off);
        }
    }

    /// <summary>Takes the settings back in the worker, so that its children do not inherit them.</summary>
    public static void KeepFromChildren()
    {
        foreach (string variable in Variables.Append(Profiles))
        {
            if (Environment.GetEnvironmentVariable(variable) == Off)
            {
                Environment.SetEnvironmentVariable(variable, null);
            }
        }
    }
}
