using System.Globalization;
using static Loky.Runs.Reports.ReportText;

namespace Loky.Runs.Reports;

internal static class ReportTables
{
    private const int MostWorkers = 500;
    private const int LongText = 40;

    public static void WriteDeaths(TextWriter html, RunSummary summary)
    {
        if (summary.DeathCount == 0)
        {
            html.Write($"<p>{Messages.ReportNoDeaths}</p>");
            return;
        }

        string caption = summary.DeathCount > summary.Deaths.Count ? Say(Messages.ReportFirst, Number(summary.Deaths.Count), Number(summary.DeathCount)) : string.Empty;
        Write(
            html,
            caption,
            [("After", true), ("Host", false), ("Process", true), ("Item", true), ("Attempt", true), ("Ran for", true), ("Ended with", false), ("Likely cause", false), ("Then", false)],
            summary.Deaths.Select(static death => new[]
            {
                Time(death.Bar.Ended), death.Host, Plain(death.ProcessId), Plain(death.Bar.Number), Plain(death.Bar.Attempt), Time(death.Bar.Duration), death.Exit, WithoutLabel(death.Cause),
                death.IsRetried ? Messages.ReportTriedAgain : Messages.ReportLost,
            }));
    }

    public static void WriteErrors(TextWriter html, RunSummary summary)
    {
        (string Id, long Count)[] errors = [.. summary.Errors.Take(50)];
        if (errors.Length == 0)
        {
            html.Write($"<p>{Messages.ReportNoErrors}</p>");
            return;
        }

        Write(html, string.Empty, [("Error", false), ("Attempts", true)], errors.Select(static error => new[] { error.Id, Number(error.Count) }));
    }

    public static void WriteSlowest(TextWriter html, RunSummary summary) => Write(
        html,
        string.Empty,
        [("Item", true), ("Took", true), ("Began after", true), ("Outcome", false), ("Host", false), ("Process", true)],
        summary.Slowest.Select(static slow => new[]
        {
            Plain(slow.Bar.Number), Time(slow.Bar.Duration), Time(slow.Bar.Started), Name(slow.Bar.Outcome), slow.Host, Plain(slow.ProcessId),
        }));

    public static void WriteHosts(TextWriter html, RunSummary summary) => Write(
        html,
        string.Empty,
        [("Host", false), ("Workers", true), ("Items", true), ("Not succeeded", true), ("Busy", true), ("Items per second", true), ("Deaths", true)],
        summary.Lanes.GroupBy(static lane => lane.Host).Select(host => new[]
        {
            host.Key, Number(host.Count()), Number(host.Sum(static lane => lane.Items)), Number(host.Sum(static lane => lane.Troubled)),
            Time(host.Sum(static lane => lane.Busy)), Number(host.Sum(static lane => lane.Items) / (summary.Span / 1e6)), Number(host.Count(static lane => lane.Exit is not null)),
        }));

    public static void WriteWorkers(TextWriter html, RunSummary summary) => Write(
        html,
        summary.Lanes.Count > MostWorkers ? Say(Messages.ReportFirst, Number(MostWorkers), Number(summary.Lanes.Count)) : string.Empty,
        [("Worker", true), ("Host", false), ("Process", true), ("Items", true), ("Not succeeded", true), ("Busy", true), ("Idle", true), ("First item after", true), ("Ended with", false)],
        summary.Lanes.Take(MostWorkers).Select(static lane => new[]
        {
            Plain(lane.Worker), lane.Host, Plain(lane.ProcessId), Number(lane.Items), Number(lane.Troubled), Time(lane.Busy),
            Time(Math.Max(0, lane.Last - lane.First - lane.Busy)), Time(lane.First), lane.Exit ?? "–",
        }));

    public static void WriteCalls(TextWriter html, RunSummary summary) => Write(
        html,
        string.Empty,
        [("Began", false), ("Command", false), ("Block", false), ("Host and process", false), ("Parameters", false), ("Versions", false)],
        summary.Runs.Select(static run => new[]
        {
            run.Started.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) + (run.Resumes ? Messages.ReportResumed : string.Empty),
            run.Command,
            run.File is null ? run.BlockHash[..Math.Min(12, run.BlockHash.Length)] : $"{run.File}:{Plain(run.Line)}",
            $"{run.Host}, {Plain(run.ProcessId)}",
            string.Join(", ", run.Parameters.Select(static parameter => $"{parameter.Key} {parameter.Value}")),
            string.Join(", ", run.Versions.Select(static version => $"{version.Key} {version.Value}")),
        }));

    /// <summary>Takes away what the head of the column says already: a cause is a sentence that begins with a label.</summary>
    private static string WithoutLabel(string cause)
    {
        int end = cause.StartsWith("Likely cause", StringComparison.Ordinal) ? cause.IndexOf(": ", StringComparison.Ordinal) : -1;
        return end < 0 ? cause : char.ToUpperInvariant(cause[end + 2]) + cause[(end + 3)..];
    }

    private static string Plain(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Write(TextWriter html, string caption, (string Name, bool IsNumber)[] columns, IEnumerable<string[]> rows)
    {
        html.Write("<div class=\"scroll\"><table>");
        if (caption.Length > 0)
        {
            html.Write($"<caption>{caption}</caption>");
        }

        html.Write("<thead><tr>");
        foreach ((string name, bool isNumber) in columns)
        {
            html.Write($"<th scope=\"col\"{(isNumber ? " class=\"n\"" : string.Empty)}>{Safe(name)}</th>");
        }

        html.Write("</tr></thead><tbody>");
        foreach (string[] row in rows)
        {
            html.Write("<tr>");
            for (int i = 0; i < columns.Length; i++)
            {
                string style = columns[i].IsNumber ? "n" : row[i].Length > LongText ? "w long" : "w";
                html.Write($"<td class=\"{style}\">{Safe(row[i])}</td>");
            }

            html.Write("</tr>");
        }

        html.WriteLine("</tbody></table></div>");
    }
}
