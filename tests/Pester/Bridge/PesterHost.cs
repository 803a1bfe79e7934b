using System.Diagnostics;
using System.Reflection;
using Loky.Tools;

namespace Loky.Pester.Bridge;

/// <summary>The PowerShell and the Pester that run the tests.</summary>
public static class PesterHost
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromMinutes(5);
    private static readonly string Modules = Path.Combine(AppContext.BaseDirectory, "Modules");
    private static readonly Lazy<(PowerShellProgram? Program, PowerShellException? Problem)> Found = new(Find);
    private static readonly Lazy<(Version? Pester, string? Reason, bool IsMistake)> Pester = new(FindPester);

    /// <summary>The version of Pester that comes with the build.</summary>
    public static Version PinnedPester { get; } = Version.Parse(
        typeof(PesterHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "PesterVersion").Value!);

    /// <summary>Why no Pester test can run here, or null when they can.</summary>
    public static string? SkipReason => Found.Value.Problem?.Message ?? Pester.Value.Reason;

    /// <summary>What is wrong, so that no Pester test can run, or null; nothing that is merely not installed.</summary>
    public static string? Mistake => Found.Value.Problem is { } problem
        ? problem.IsMistake ? problem.Message : null
        : Pester.Value.IsMistake ? Pester.Value.Reason : null;

    /// <summary>The version of Pester to import.</summary>
    public static Version PesterVersion => Pester.Value.Pester ?? throw new PesterRunException(Pester.Value.Reason!);

    /// <summary>A PowerShell that runs <paramref name="arguments"/>, sees neither a terminal nor a profile, and finds the Pester of the build.</summary>
    public static ProcessStartInfo StartInfo(params string[] arguments)
    {
        PowerShellProgram program = Found.Value.Program ?? throw new PesterRunException(Found.Value.Problem!.Message);
        ProcessStartInfo start = program.StartInfo(arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = Repository.Root;
        string? modulePath = Environment.GetEnvironmentVariable("PSModulePath");
        start.Environment["PSModulePath"] = string.IsNullOrEmpty(modulePath) ? Modules : Modules + Path.PathSeparator + modulePath;
        start.Environment["LOKY_MODULE"] = Repository.Module;
        start.Environment["NO_COLOR"] = "1";
        return start;
    }

    /// <summary>The Pester to use of the versions on the module path: that of the build, else the newest 5; or why there is none.</summary>
    public static (Version? Pester, string? Reason) ChoosePester(IReadOnlyCollection<Version> versions)
    {
        if (versions.Contains(PinnedPester))
        {
            return (PinnedPester, null);
        }

        Version? newest = versions.Where(version => version.Major == 5).Max();
        string found = versions.Count == 0 ? "no other is on the module path" : $"of {string.Join(", ", versions)} on the module path none is a Pester 5";
        return newest is not null
            ? (newest, null)
            : (null, $"Pester {PinnedPester} is not there, because the build could not get its package, and {found}.");
    }

    private static (PowerShellProgram? Program, PowerShellException? Problem) Find()
    {
        try
        {
            return (PowerShellChoice.ForTests(Environment.GetEnvironmentVariable(PowerShellChoice.TestVariable)), null);
        }
        catch (PowerShellException e)
        {
            return (null, e);
        }
    }

    private static (Version? Pester, string? Reason, bool IsMistake) FindPester()
    {
        // To list modules takes PowerShell a while, and that of the build is taken before all others anyway.
        if (File.Exists(Path.Combine(Modules, "Pester", PinnedPester.ToString(), "Pester.psd1")))
        {
            return (PinnedPester, null, false);
        }

        using Process process = Process.Start(StartInfo("-Command", "Get-Module Pester -ListAvailable | ForEach-Object { \"$($_.Version)\" }"))!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!Task.WaitAll([output, errors], ProbeLimit))
        {
            process.Kill(entireProcessTree: true);
            return (null, $"PowerShell did not tell its modules within {ProbeLimit.TotalMinutes:0} minutes.", true);
        }

        (Version? pester, string? reason) = ChoosePester([.. output.Result
            .Split('\n')
            .Select(line => Version.TryParse(line.Trim(), out Version? version) ? version : null)
            .OfType<Version>()]);
        return (pester, reason, false);
    }
}
