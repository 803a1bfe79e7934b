using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Loky.Pester.Bridge;

/// <summary>Lists the processes a test run started, to show who waits for whom when it hangs.</summary>
public static class ProcessList
{
    private const int LineLength = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The processes younger than <paramref name="since"/>: with parent and state where <c>ps</c> exists, else by name.</summary>
    public static async Task<string> Describe(DateTime since)
    {
        Dictionary<int, string> young = [];
        foreach (Process process in Process.GetProcesses())
        {
            using (process)
            {
                if (StartTime(process) >= since)
                {
                    young[process.Id] = process.ProcessName;
                }
            }
        }

        try
        {
            string table = await PsTable().ConfigureAwait(false);
            string[] lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return string.Join('\n', lines
                .Where((line, index) => index == 0 || young.ContainsKey(ProcessId(line)))
                .Select(line => line.Length > LineLength ? line[..LineLength] : line));
        }
        catch (Exception e) when (e is Win32Exception or TimeoutException)
        {
            return string.Join('\n', young.Select(process => $"{process.Key} {process.Value}"));
        }
    }

    /// <summary>When a process started, or the earliest time where that cannot be read.</summary>
    public static DateTime StartTime(Process process)
    {
        try
        {
            return process.StartTime;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            // It ended meanwhile, or belongs to the system.
            return DateTime.MinValue;
        }
    }

    private static async Task<string> PsTable()
    {
        ProcessStartInfo start = new("ps") { RedirectStandardOutput = true };
        foreach (string argument in (string[])["-e", "-o", "pid,ppid,stat,etime,args"])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        return await process.StandardOutput.ReadToEndAsync().WaitAsync(Limit).ConfigureAwait(false);
    }

    private static int ProcessId(string line) =>
        int.TryParse(line.TrimStart().Split(' ')[0], CultureInfo.InvariantCulture, out int id) ? id : -1;
}
