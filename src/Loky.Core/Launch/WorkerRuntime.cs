namespace Loky.Launch;

/// <summary>
/// How a worker's .NET runtime is set, unless the user has decided: without diagnostics sockets and debugger pipes, whose files a
/// killed process leaves behind, and with pool threads that sleep when idle, as their looking out takes a quarter of a processor.
/// </summary>
internal static class WorkerRuntime
{
    // The runtime reads the values as hexadecimal numbers. Nobody writes them with leading zeros by hand, which tells them from
    // settings of the user's own. Arrays, as pairs in a sequence would be compiled at each start, of the session and of workers.
    private static readonly string[][] Settings =
    [
        ["DOTNET_EnableDiagnostics_IPC", "00"],
        ["DOTNET_EnableDiagnostics_Debugger", "00"],
        ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "00"],
    ];

    // The memory of native code in one place: threads of a worker hardly ask for any at the same time, and places of their own are
    // each kept half empty.
    private static readonly string[][] LinuxSettings = [["MALLOC_ARENA_MAX", "01"]];

    // For code of which most is called a few hundred times and then never again: no profiles, and nothing is compiled a second
    // time that was called fewer than 256 times, where 30 is usual.
    private static readonly string[][] CompileLess =
    [
        ["DOTNET_TieredPGO", "00"],
        ["DOTNET_TC_CallCountThreshold", "0100"],
    ];

    // Nothing is compiled a second time for a minute: many workers on few processors have most of them busy with that otherwise.
    private static readonly string[][] CompileLate = [["DOTNET_TC_CallCountingDelayMs", "0EA60"]];

    private static readonly string[][] All = [.. Settings, .. LinuxSettings, .. CompileLess, .. CompileLate];

    /// <summary>Adds the settings, never over what is there.</summary>
    /// <param name="environment">The environment of the process that is to start.</param>
    /// <param name="compileLess">Whether the worker runs mostly what was compiled before, as PowerShell does.</param>
    /// <param name="isCrowded">Whether such a worker shares a processor with several.</param>
    public static void Set(IDictionary<string, string?> environment, bool compileLess = false, bool isCrowded = false)
    {
        Add(environment, Settings);
        if (compileLess)
        {
            Add(environment, CompileLess);
        }

        // Of a PowerShell alone: commands that lead to hosts are native programs, which this is no business of.
        if (compileLess && OperatingSystem.IsLinux())
        {
            Add(environment, LinuxSettings);
        }

        if (compileLess && isCrowded)
        {
            Add(environment, CompileLate);
        }
    }

    /// <summary>Takes the settings back in the worker, so that its children do not inherit them.</summary>
    public static void KeepFromChildren()
    {
        foreach (string[] setting in All)
        {
            if (Environment.GetEnvironmentVariable(setting[0]) == setting[1])
            {
                Environment.SetEnvironmentVariable(setting[0], null);
            }
        }
    }

    private static void Add(IDictionary<string, string?> environment, string[][] settings)
    {
        foreach (string[] setting in settings)
        {
            _ = environment.TryAdd(setting[0], setting[1]);
        }
    }
}
