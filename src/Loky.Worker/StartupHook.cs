using System.Runtime.Loader;

/// <summary>The worker inside a PowerShell of the user's own: where DOTNET_STARTUP_HOOKS names this assembly, the .NET runtime
/// calls <see cref="Initialize"/>, in a class of this name in the global namespace, before the program's entry point.</summary>
internal static class StartupHook
{
    /// <summary>Runs the worker; the program itself is never entered.</summary>
    public static void Initialize()
    {
        // The host knows the files of PowerShell only. Nothing of Loky.Core may be touched before this.
        string folder = Path.GetDirectoryName(typeof(StartupHook).Assembly.Location)!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
        {
            string path = Path.Combine(folder, name.Name + ".dll");
            return File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        };
        _ = Loky.Worker.Program.Main([]);
    }
}
