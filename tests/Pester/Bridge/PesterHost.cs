using System.Diagnostics;

namespace Loky.Pester.Bridge;

/// <summary>The PowerShell and the Pester of this machine.</summary>
public static class PesterHost
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(60);
    private static readonly Lazy<string?> Reason = new(Probe);

    /// <summary>Why no Pester test can run here, or null when they can.</summary>
    public static string? SkipReason => Reason.Value;

    /// <summary>A PowerShell that runs <paramref name="arguments"/> and sees neither a terminal nor a profile.</summary>
    public static ProcessStartInfo StartInfo(params string[] arguments)
    {
        ProcessStartInfo start = new("pwsh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        foreach (string argument in (string[])["-NoProfile", "-NonInteractive", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["LOKY_MODULE"] = Repository.Module;
        start.Environment["NO_COLOR"] = "1";
        return start;
    }

    private static string? Probe()
    {
        const string Question =
            "$pester = Get-Module Pester -ListAvailable | Where-Object { $_.Version.Major -eq 5 } | Select-Object -First 1; "
            + "\"$($PSVersionTable.PSVersion.Major) $($PSVersionTable.PSVersion.Minor) $($null -ne $pester)\"";
        string answer;
        try
        {
            using Process process = Process.Start(StartInfo("-Command", Question))!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (!output.Wait(ProbeLimit))
            {
                process.Kill(entireProcessTree: true);
                return $"pwsh did not tell its version within {ProbeLimit.TotalSeconds:0} seconds.";
            }

            answer = output.Result.Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "PowerShell 7.4 or later (pwsh) is not on PATH: https://aka.ms/powershell tells how to get it.";
        }

        string[] parts = answer.Split(' ');
        if (parts.Length != 3 || !int.TryParse(parts[0], out int major) || !int.TryParse(parts[1], out int minor))
        {
            return $"pwsh on PATH does not tell its version, but: {answer}";
        }

        if (major < 7 || (major == 7 && minor < 4))
        {
            return $"pwsh on PATH is version {major}.{minor}; the module needs 7.4 or later.";
        }

        return bool.TryParse(parts[2], out bool hasPester) && hasPester
            ? null
            : "Pester 5 is not installed: Install-Module Pester -MinimumVersion 5.0 -MaximumVersion 5.99 gets it.";
    }
}
