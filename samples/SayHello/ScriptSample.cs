using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Loky.Samples;

/// <summary>The same example as a PowerShell script, run by the PowerShell of this machine.</summary>
public static class ScriptSample
{
    private static readonly Version Oldest = new(7, 4);

    /// <summary>Runs <c>SayHello.ps1</c>; without PowerShell it tells how to get it, which is no failure.</summary>
    public static int Run()
    {
        Version? version = FindVersion();
        if (version is null || version < Oldest)
        {
            string found = version is null ? "No pwsh was found on PATH." : $"The pwsh on PATH is version {version}.";
            Console.WriteLine($"{found} The same example through Invoke-LokyParallel needs PowerShell {Oldest} or later:");
            Console.WriteLine("  dotnet tool install --global PowerShell, or see https://aka.ms/powershell");
            return 0;
        }

        Console.WriteLine($"The same through Invoke-LokyParallel, in PowerShell {version}:");
        string folder = FindFolder();
        using Process process = Process.Start(Pwsh("-File", Path.Combine(folder, "samples", "SayHello", "SayHello.ps1")))!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static Version? FindVersion()
    {
        ProcessStartInfo start = Pwsh("-Command", "\"$($PSVersionTable.PSVersion.Major).$($PSVersionTable.PSVersion.Minor)\"");
        start.RedirectStandardOutput = true;
        try
        {
            using Process process = Process.Start(start)!;
            string answer = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return Version.TryParse(answer.Trim(), out Version? version)
                ? version
                : throw new SampleException(string.Create(CultureInfo.InvariantCulture, $"pwsh does not tell its version, but: {answer}"));
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static ProcessStartInfo Pwsh(params string[] arguments)
    {
        ProcessStartInfo start = new("pwsh");
        foreach (string argument in (string[])["-NoProfile", "-NonInteractive", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static string FindFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Loky.sln")))
            {
                return folder.FullName;
            }
        }

        throw new SampleException($"Loky.sln is in no folder above {AppContext.BaseDirectory}");
    }
}
