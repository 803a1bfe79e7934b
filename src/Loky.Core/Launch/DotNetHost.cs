using System.Runtime.InteropServices;

namespace Loky.Launch;

/// <summary>Finds what starts a worker of a plain .NET program: <c>dotnet Loky.Worker.dll</c> on the program's runtime.</summary>
internal static class DotNetHost
{
    private const string WorkerFile = "Loky.Worker.dll";

    /// <summary>Returns the command that starts a worker for delegates.</summary>
    /// <exception cref="FileNotFoundException">The worker program or the <c>dotnet</c> host is missing.</exception>
    public static WorkerCommand CreateCommand()
    {
        string version = Environment.Version.ToString(3);
        return new WorkerCommand
        {
            FileName = FindDotNet(),
            Arguments = ["exec", "--fx-version", version, FindWorker()],
            Environment = new Dictionary<string, string?> { ["DOTNET_gcServer"] = "0" },
        };
    }

    private static string FindWorker()
    {
        string beside = Path.Combine(Path.GetDirectoryName(typeof(DotNetHost).Assembly.Location) ?? string.Empty, WorkerFile);
        string inApp = Path.Combine(AppContext.BaseDirectory, WorkerFile);
        return File.Exists(beside) ? beside
            : File.Exists(inApp) ? inApp
            : throw new FileNotFoundException(MessageText.Format(Messages.WorkerProgramMissing, WorkerFile, AppContext.BaseDirectory), WorkerFile);
    }

    private static string FindDotNet()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        foreach (string candidate in Candidates(name))
        {
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new FileNotFoundException(MessageText.Format(Messages.DotNetMissing, RuntimeEnvironment.GetRuntimeDirectory()), name);
    }

    private static IEnumerable<string> Candidates(string name)
    {
        // The host this very process runs on comes first: …/shared/Microsoft.NETCore.App/<version>/ lies three levels below it.
        yield return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        if (string.Equals(Path.GetFileName(Environment.ProcessPath), name, StringComparison.OrdinalIgnoreCase))
        {
            yield return Environment.ProcessPath!;
        }

        foreach (string variable in new[] { "DOTNET_HOST_PATH", "DOTNET_ROOT" })
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            {
                yield return variable == "DOTNET_ROOT" ? Path.Combine(value, name) : value;
            }
        }

        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator))
        {
            yield return Path.Combine(folder, name);
        }
    }
}
