using System.Diagnostics;
using System.Globalization;
using System.Text;
using Loky.Execution;
using Loky.Scheduling;

namespace Loky.PowerShell.Execution;

/// <summary>A pool at one moment as a table of text, with what has changed since the last one.</summary>
internal sealed class WatchTable
{
    private long _lastDone = -1;
    private long _lastAt;
    private Dictionary<int, long> _lastByWorker = [];

    /// <summary>Null <paramref name="status"/> is no pool; <paramref name="now"/> is a time stamp.</summary>
    public IReadOnlyList<string> Make(PoolStatus? status, long now, int width = int.MaxValue, int height = int.MaxValue)
    {
        if (status is null)
        {
            return [Cut(Messages.WatchNoExecutor, width)];
        }

        double seconds = _lastDone < 0 ? 0 : Stopwatch.GetElapsedTime(_lastAt, now).TotalSeconds;
        List<string> lines =
        [
            Cut(MessageText.Format(
                Messages.WatchHead, status.State, status.MaxWorkers, status.Workers.Sum(static worker => worker.TasksRunning), status.TasksPending, status.TasksDone,
                Rate(status.TasksDone - _lastDone, seconds), status.Restarts), width),
            string.Empty,
            Cut(Row("Host", "Worker", "Process", "State", "Item", "Since", "Memory", "Done", "Per second"), width),
        ];
        WorkerStatus[] workers = [.. status.Workers.OrderBy(static worker => worker.HostName, StringComparer.Ordinal).ThenBy(static worker => worker.Number)];
        int room = Math.Max(1, height - lines.Count - 1);
        foreach (WorkerStatus worker in workers.Take(workers.Length <= room ? room : room - 1))
        {
            lines.Add(Cut(RowOf(worker, seconds), width));
        }

        if (workers.Length > room)
        {
            lines.Add(Cut(MessageText.Format(Messages.WatchMore, workers.Length - room + 1), width));
        }

        (_lastDone, _lastAt) = (status.TasksDone, now);
        _lastByWorker = workers.ToDictionary(static worker => worker.Number, static worker => worker.TasksDone);
        return lines;
    }

    private string RowOf(WorkerStatus worker, double seconds)
    {
        string state = worker.State == WorkerState.Ready ? (worker.TasksRunning > 0 ? "Busy" : "Idle") : worker.State.ToString();
        return Row(
            worker.HostName ?? Environment.MachineName,
            Text(worker.Number),
            worker.ProcessId == 0 ? string.Empty : Text(worker.ProcessId),
            worker.IsHeldBack ? "Held back" : state,
            worker.RunningItem is { } item ? Text(item) : string.Empty,
            worker.RunningItem is null ? string.Empty : Since(worker.RunningFor),
            worker.HostName is null ? MemoryOf(worker.ProcessId) : string.Empty,
            Text(worker.TasksDone),
            Rate(worker.TasksDone - _lastByWorker.GetValueOrDefault(worker.Number), seconds));
    }

    private static string Row(string host, string worker, string process, string state, string item, string since, string memory, string done, string rate) =>
        string.Create(CultureInfo.InvariantCulture, $"{(host.Length > 20 ? host[..20] : host),-20} {worker,6} {process,8} {state,-9} {item,10} {since,9} {memory,8} {done,10} {rate,10}");

    private static string Text(long number) => number.ToString(CultureInfo.CurrentCulture);

    private static string Rate(long done, double seconds) => seconds > 0 ? (done / seconds).ToString("0.#", CultureInfo.CurrentCulture) : "–";

    private static string Since(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.CurrentCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : time.TotalMinutes >= 1
            ? string.Create(CultureInfo.CurrentCulture, $"{time.Minutes}:{time.Seconds:00}")
            : string.Create(CultureInfo.CurrentCulture, $"{time.TotalSeconds:0.0} s");

    private static string MemoryOf(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return processId == 0 ? string.Empty : string.Create(CultureInfo.CurrentCulture, $"{process.WorkingSet64 / 1_000_000} MB");
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended a moment ago.
            return string.Empty;
        }
    }

    private static string Cut(string line, int width) => line.Length > width ? new StringBuilder(line, 0, Math.Max(0, width), Math.Max(1, width)).ToString() : line;
}
