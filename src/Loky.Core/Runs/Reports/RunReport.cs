using System.Text;
using static Loky.Runs.Reports.ReportText;

namespace Loky.Runs.Reports;

/// <summary>Writes a log as one page of HTML that needs nothing else.</summary>
internal static class RunReport
{
    /// <summary>Writes the report of a log.</summary>
    /// <exception cref="RunLogException">The log cannot be read, or is none.</exception>
    public static void Write(string path, Stream target, CancellationToken cancellationToken)
    {
        RunSummary summary = RunSummary.Of(path, cancellationToken);
        using var html = new StreamWriter(target, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 64 * 1024, leaveOpen: true);
        string template = Template();
        for (int from = 0; from < template.Length;)
        {
            // {name} alone is a place: the style sheet and the script have a space or a line's end after each brace.
            int open = template.IndexOf('{', from);
            int close = open < 0 ? -1 : template.IndexOf('}', open);
            if (close < 0)
            {
                html.Write(template.AsSpan(from));
                return;
            }

            html.Write(template.AsSpan(from, open - from));
            if (!WritePart(html, template[(open + 1)..close], summary, path))
            {
                html.Write('{');
                close = open;
            }

            from = close + 1;
        }
    }

    private static bool WritePart(TextWriter html, string name, RunSummary summary, string path)
    {
        switch (name)
        {
            case "title":
                html.Write(Say(Messages.ReportTitle, summary.Runs[0].Command, Path.GetFileName(path)));
                return true;
            case "subtitle":
                WriteSubtitle(html, summary);
                return true;
            case "cards":
                WriteCards(html, summary);
                return true;
            case "findings":
                WriteFindings(html, summary);
                return true;
            case "timeline":
                ReportCharts.WriteTimeline(html, summary);
                return true;
            case "throughput":
                ReportCharts.WriteThroughput(html, summary);
                return true;
            case "durations":
                ReportCharts.WriteDurations(html, summary);
                return true;
            case "deaths":
                ReportTables.WriteDeaths(html, summary);
                return true;
            case "errors":
                ReportTables.WriteErrors(html, summary);
                return true;
            case "slowest":
                ReportTables.WriteSlowest(html, summary);
                return true;
            case "hosts":
                ReportTables.WriteHosts(html, summary);
                return true;
            case "workers":
                ReportTables.WriteWorkers(html, summary);
                return true;
            case "calls":
                ReportTables.WriteCalls(html, summary);
                return true;
            default:
                return false;
        }
    }

    private static void WriteSubtitle(TextWriter html, RunSummary summary)
    {
        RunLogHeader last = summary.Runs[^1];
        string where = last.File is null ? string.Empty : Say(Messages.ReportWhere, last.File, last.Line);
        html.Write($"<p class=\"soft\">{Say(Messages.ReportWhen, summary.Begin.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture), last.Host, Time(summary.Span))}{where}</p>");
        string end = summary.IsOpen ? Messages.ReportOpen : Say(summary.WasStopped ? Messages.ReportStopped : Messages.ReportEnded, Number(summary.Items));
        html.Write($"<p class=\"state{(summary.IsOpen || summary.WasStopped ? " open" : string.Empty)}\">{end}</p>");
        if (summary.Runs.Count > 1)
        {
            html.Write($"<p>{Say(Messages.ReportGoesOn, Number(summary.Runs.Count), Number(summary.Skipped))}</p>");
        }

        html.Write($"<p class=\"soft\">{Messages.ReportAttemptNote}</p>");
    }

    private static void WriteCards(TextWriter html, RunSummary summary)
    {
        double busy = summary.Lanes.Sum(static lane => (double)lane.Busy);
        double lived = summary.Lanes.Sum(static lane => (double)(lane.Last - lane.First));
        WriteCard(html, Number(summary.Attempts), Messages.ReportCardAttempts);
        WriteCard(html, Number(summary.Succeeded), Messages.ReportCardSucceeded);
        WriteCard(html, Number(summary.Attempts - summary.Succeeded), Messages.ReportCardOthers);
        WriteCard(html, Number(summary.DeathCount), Messages.ReportCardDeaths);
        WriteCard(html, Number(summary.Retried), Messages.ReportCardRetried);
        WriteCard(html, Time(summary.Span), Messages.ReportCardSpan);
        WriteCard(html, Number(summary.Attempts / (summary.Span / 1e6)), Messages.ReportCardRate);
        WriteCard(html, Number(summary.Lanes.Count + summary.LanesLeftOut), Messages.ReportCardWorkers);
        WriteCard(html, lived > 0 ? Percent(busy / lived) : "–", Messages.ReportCardBusy);
        WriteCard(html, $"{Size(summary.Bytes.In)} / {Size(summary.Bytes.Out)}", Messages.ReportCardBytes);
    }

    private static void WriteCard(TextWriter html, string figure, string text) => html.Write($"<li><b>{Safe(figure)}</b><span>{Safe(text)}</span></li>");

    private static void WriteFindings(TextWriter html, RunSummary summary)
    {
        html.Write("<ul class=\"findings\">");
        foreach (string finding in Findings(summary))
        {
            html.Write($"<li>{finding}</li>");
        }

        html.Write("</ul>");
    }

    private static IEnumerable<string> Findings(RunSummary summary)
    {
        int found = 0;
        foreach (IGrouping<string, RunDeath> death in summary.Deaths.GroupBy(static death => death.Exit).OrderByDescending(static death => death.Count()))
        {
            found++;
            yield return Say(Messages.FindingDeaths, Number(death.Count()), death.Key, string.Join(", ", death.Select(static one => one.Bar.Number).Distinct().Take(5)), death.First().Cause);
        }

        long failed = summary.Outcomes[(int)AttemptOutcome.Failed];
        if (failed > 0)
        {
            found++;
            yield return Say(Messages.FindingFailed, Number(failed), summary.Errors.Select(static error => error.Id).FirstOrDefault() ?? "–");
        }

        long reported = summary.Outcomes[(int)AttemptOutcome.Reported];
        if (reported > 0)
        {
            found++;
            yield return Say(Messages.FindingReported, Number(reported));
        }

        double median = summary.Durations.Quantile(0.5);
        if (summary.Durations.Total > 10 && summary.Durations.Longest > 10 * median)
        {
            found++;
            (RunBar bar, _, _) = summary.Slowest[0];
            yield return Say(Messages.FindingSlow, bar.Number, Time(bar.Duration), Number(Math.Round(bar.Duration / Math.Max(1, median))), Time(median));
        }

        long first = summary.Lanes.Count > 0 ? summary.Lanes.Min(static lane => lane.First) : 0;
        if (first > summary.Span / 5)
        {
            found++;
            yield return Say(Messages.FindingStart, Time(first));
        }

        double busy = summary.Lanes.Sum(static lane => (double)lane.Busy);
        double lived = summary.Lanes.Sum(static lane => (double)(lane.Last - lane.First));
        if (summary.Lanes.Count > 1 && lived > 0 && busy / lived < 0.7)
        {
            found++;
            yield return Say(Messages.FindingIdle, Percent(1 - (busy / lived)));
        }

        if (summary.IsOpen)
        {
            found++;
            yield return Messages.FindingOpen;
        }

        if (summary.BrokenLines > 0)
        {
            found++;
            yield return Say(Messages.FindingBroken, Number(summary.BrokenLines));
        }

        if (found == 0)
        {
            yield return Messages.FindingNone;
        }
    }

    private static string Template()
    {
        using Stream stream = typeof(RunReport).Assembly.GetManifestResourceStream("Loky.Runs.Reports.report.html")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
