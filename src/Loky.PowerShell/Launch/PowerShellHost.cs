using System.Diagnostics;
using System.Reflection;
using Loky.Launch;

namespace Loky.PowerShell.Launch;

/// <summary>Finds what starts a worker from a session: a PowerShell of its version, entered by a start-up hook.</summary>
internal static class PowerShellHost
{
    private const string HooksVariable = "DOTNET_STARTUP_HOOKS";

    public static Version Version { get; } = OwnVersion();

    /// <summary>Throws <see cref="FileNotFoundException"/> where there is no PowerShell of the session's version.</summary>
    public static WorkerCommand CreateCommand()
    {
        string module = Path.GetDirectoryName(typeof(PowerShellHost).Assembly.Location)!;
        string hook = Path.Combine(module, "Loky.Worker.dll");
        if (!File.Exists(hook))
        {
            throw new FileNotFoundException(MessageText.Format(Loky.Messages.WorkerProgramMissing, "Loky.Worker.dll", module), hook);
        }

        string? userHooks = Environment.GetEnvironmentVariable(HooksVariable);
        (string file, string[] arguments) = FindPowerShell();
        return new WorkerCommand
        {
            FileName = file,

            // Never reached: the hook does not return. Were hooks switched off, this ends the process at once. The comment is for
            // who sees it in a list of processes.
            Arguments = [.. arguments, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", "exit 97 # a worker of the module Loky"],
            Environment = new Dictionary<string, string?>
            {
                [HooksVariable] = string.IsNullOrEmpty(userHooks) ? hook : userHooks + Path.PathSeparator + hook,
            },

            // A script is done before code that is compiled twice pays: first calls take up to a third less, and late ones a twentieth more.
            CompilesLess = true,
            RunnerAssembly = typeof(PowerShellHost).Assembly.Location,
            UserStartupHooks = userHooks,
        };
    }

    private static (string File, string[] Arguments) FindPowerShell()
    {
        string name = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";
        string home = Path.GetDirectoryName(typeof(PSObject).Assembly.Location)!;
        // As a .NET tool, PowerShell is a library that the dotnet host runs; the program beside it is for one kind of machine.
        string library = Path.Combine(home, "pwsh.dll");
        if (File.Exists(library) && Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet")
        {
            return (host, [library]);
        }

        string own = Path.Combine(home, name);
        if (File.Exists(own))
        {
            return (own, []);
        }

        Version wanted = Version;
        string tried = string.Empty;
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator))
        {
            string candidate = Path.Combine(folder, name);
            if (!File.Exists(candidate))
            {
                continue;
            }

            string real = File.ResolveLinkTarget(candidate, returnFinalTarget: true)?.FullName ?? candidate;
            Version? found = VersionOf(Path.GetDirectoryName(real)!);
            if (found is not null && found.Major == wanted.Major && found.Minor == wanted.Minor)
            {
                return (real, []);
            }

            tried += MessageText.Format(Messages.PowerShellOfOtherVersion, candidate, found?.ToString(2) ?? "?");
        }

        throw new FileNotFoundException(MessageText.Format(Messages.PowerShellMissing, home, wanted.ToString(2), tried), name);
    }

    /// <summary>Reads what the loaded engine says of itself; to read its file takes two libraries more, in each worker.</summary>
    private static Version OwnVersion()
    {
        Assembly engine = typeof(PSObject).Assembly;
        Version version = Version.TryParse(engine.GetCustomAttribute<AssemblyFileVersionAttribute>()?.Version, out Version? found)
            ? found
            : engine.GetName().Version!;
        return new Version(version.Major, version.Minor, version.Build);
    }

    private static Version? VersionOf(string home)
    {
        string engine = Path.Combine(home, "System.Management.Automation.dll");
        if (!File.Exists(engine))
        {
            return null;
        }

        FileVersionInfo info = FileVersionInfo.GetVersionInfo(engine);
        return new Version(info.FileMajorPart, info.FileMinorPart, info.FileBuildPart);
    }
}
