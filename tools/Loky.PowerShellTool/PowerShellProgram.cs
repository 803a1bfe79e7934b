using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Loky.Tools;

/// <summary>A PowerShell as it is started: a program, or a library that the dotnet host runs, so that no other process stands between.</summary>
public sealed class PowerShellProgram
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(5);
    private readonly string _program;
    private readonly string? _library;

    private PowerShellProgram(string path)
    {
        bool isLibrary = path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        _program = isLibrary ? DotNetHost() : path;
        _library = isLibrary ? path : null;
    }

    /// <summary>The oldest version that the module runs in.</summary>
    public static Version Oldest { get; } = new(7, 4);

    /// <summary>The version, as it tells it.</summary>
    public Version Version { get; private set; } = new();

    /// <summary>Asks the program or library at <paramref name="path"/> for its version; <paramref name="name"/> names it in errors.</summary>
    /// <exception cref="PowerShellException">It is no PowerShell, or an old one.</exception>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static PowerShellProgram Open(string path, string name)
    {
        PowerShellProgram program = new(path);
        ProcessStartInfo start = program.StartInfo("-Command", "\"PowerShell $($PSVersionTable.PSVersion)\"");
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["NO_COLOR"] = "1";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!Task.WaitAll([output, errors], AnswerLimit))
        {
            process.Kill(entireProcessTree: true);
            throw new PowerShellException($"{name} did not tell its version within {AnswerLimit.TotalMinutes:0} minutes.", isMistake: true);
        }

        string answer = FirstLine(output.Result) ?? FirstLine(errors.Result) ?? "nothing";
        program.Version = VersionIn(answer)
            ?? throw new PowerShellException($"{name} is no PowerShell. Asked for its version, it answered: {answer}", isMistake: true);
        return program.Version >= Oldest
            ? program
            : throw new PowerShellException($"{name} is PowerShell {program.Version}; {Oldest} or later is needed.", isMistake: true);
    }

    /// <summary>How to start it with <paramref name="arguments"/> and without a profile.</summary>
    public ProcessStartInfo StartInfo(params string[] arguments)
    {
        ProcessStartInfo start = new(_program);
        if (_library is not null)
        {
            start.ArgumentList.Add(_library);
        }

        foreach (string argument in (string[])["-NoProfile", "-NonInteractive", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static Version? VersionIn(string answer)
    {
        string[] words = answer.Split(' ');
        return words is ["PowerShell", string number] && Version.TryParse(number.Split('-')[0], out Version? version) ? version : null;
    }

    private static string? FirstLine(string text) =>
        text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0);

    // The runtime of this very process lies three levels below its host.
    private static string DotNetHost()
    {
        string host = Path.GetFullPath(Path.Combine(
            RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(host) ? host : "dotnet";
    }
}
