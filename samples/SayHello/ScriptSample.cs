using System.Diagnostics;
using Loky.Tools;

namespace Loky.Samples;

/// <summary>The same example as a PowerShell script, run by the PowerShell of this machine, or by the one that came with the build.</summary>
public static class ScriptSample
{
    /// <summary>Runs <c>SayHello.ps1</c>; that PowerShell could not be had is told, and no failure.</summary>
    public static int Run()
    {
        PowerShellProgram program;
        try
        {
            program = PowerShellChoice.OfThisMachine(Console.WriteLine);
        }
        catch (PowerShellException e) when (!e.IsMistake)
        {
            Console.WriteLine(e.Message);
            Console.WriteLine("The same example through Invoke-LokyParallel is left out.");
            return 0;
        }
        catch (PowerShellException e)
        {
            throw new SampleException(e.Message);
        }

        Console.WriteLine($"The same through Invoke-LokyParallel, in PowerShell {program.Version}:");
        string script = Path.Combine(FindFolder(), "samples", "SayHello", "SayHello.ps1");
        using Process process = Process.Start(program.StartInfo("-File", script))!;
        process.WaitForExit();
        return process.ExitCode;
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
