using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Loky.Pester.Bridge;

/// <summary>Runs a Pester file once in a PowerShell of its own, under a hard time limit that is the deadlock guard.</summary>
public static class PesterFileRun
{
    // Several times what the longest file takes with the processors to itself, because they may be shared.
    private const int DefaultLimitSeconds = 600;

    /// <summary>How long descendants of an ended PowerShell may still hold its output: longer means something was left behind.</summary>
    private static readonly TimeSpan OutputLimit = TimeSpan.FromSeconds(20);

    private static readonly ConcurrentDictionary<string, Lazy<Task<PesterReport>>> Runs = new(StringComparer.Ordinal);

    /// <summary>The report of a file; the first caller starts the run, the others share it.</summary>
    public static Task<PesterReport> Get(string file) =>
        Runs.GetOrAdd(file, name => new Lazy<Task<PesterReport>>(() => Run(name))).Value;

    private static TimeSpan Limit =>
        int.TryParse(Environment.GetEnvironmentVariable("LOKY_PESTER_LIMIT_SECONDS"), CultureInfo.InvariantCulture, out int seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.FromSeconds(DefaultLimitSeconds);

    private static async Task<PesterReport> Run(string file)
    {
        string resultPath = Path.GetTempFileName();
        try
        {
            return await Run(file, resultPath).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(resultPath);
        }
    }

    private static async Task<PesterReport> Run(string file, string resultPath)
    {
        OutputTail tail = new();
        using Process process = new()
        {
            StartInfo = PesterHost.StartInfo(
                "-File",
                Path.Combine(Repository.PesterFolder, "Invoke-PesterFile.ps1"),
                Path.Combine(Repository.PesterFolder, file),
                resultPath,
                PesterHost.PesterVersion.ToString()),
        };
        _ = process.Start();

        // The process's own start time, because the kernel's clock and the wall clock may differ.
        DateTime start = ProcessList.StartTime(process);
        process.StandardInput.Close();
        Task output = Task.WhenAll(tail.Follow(process.StandardOutput), tail.Follow(process.StandardError));

        using (CancellationTokenSource guard = new(Limit))
        {
            try
            {
                await process.WaitForExitAsync(guard.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                string processes = await ProcessList.Describe(start).ConfigureAwait(false);
                process.Kill(entireProcessTree: true);
                throw new PesterRunException(
                    $"{file} did not end within {Limit.TotalSeconds:0} seconds. The end of its output:\n{tail}\n\nThe processes at that time:\n{processes}");
            }
        }

        if (await Task.WhenAny(output, Task.Delay(OutputLimit)).ConfigureAwait(false) != output)
        {
            throw new PesterRunException(
                $"{file} ended, but a process it started still holds its output after {OutputLimit.TotalSeconds:0} seconds. The processes:\n"
                + await ProcessList.Describe(start).ConfigureAwait(false));
        }

        return await Read(file, resultPath, process.ExitCode, tail).ConfigureAwait(false);
    }

    private static async Task<PesterReport> Read(string file, string resultPath, int exitCode, OutputTail tail)
    {
        string json = await File.ReadAllTextAsync(resultPath).ConfigureAwait(false);
        try
        {
            // An empty file is what a PowerShell that died on the way leaves.
            PesterReport report = JsonSerializer.Deserialize<PesterReport>(json) ?? new PesterReport();
            return report.WithUnlistedTests(PesterScanner.Scan(Path.Combine(Repository.PesterFolder, file)));
        }
        catch (JsonException)
        {
            throw new PesterRunException($"{file} ended with exit code {exitCode} before it gave results. The end of its output:\n{tail}");
        }
    }
}
