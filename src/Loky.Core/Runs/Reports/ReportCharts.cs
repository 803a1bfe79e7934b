using static Loky.Runs.Reports.ReportText;

namespace Loky.Runs.Reports;

/// <summary>The pictures of a report, as SVG without text, so that they may be stretched to any width.</summary>
internal static class ReportCharts
{
    private const int Width = 1000;
    private const int MostLanes = 300;
    private const int MostRunMarks = 20;
    private const int Ticks = 5;

    public static void WriteTimeline(TextWriter html, RunSummary summary)
    {
        html.Write(Messages.ReportTimelineNote);
        html.Write("<ul class=\"key\">");
        WriteKey(html, "succeeded", Messages.ReportSucceeded, tall: false);
        WriteKey(html, "reported", Messages.ReportReported, tall: true);
        WriteKey(html, "failed", Messages.ReportFailedLost, tall: true);
        if (summary.Outcomes[(int)AttemptOutcome.Cancelled] > 0)
        {
            WriteKey(html, "cancelled", Messages.ReportCancelled, tall: true);
        }

        html.Write($"<li><svg viewBox=\"0 0 20 16\" aria-hidden=\"true\"><path class=\"death\" d=\"M5 2l10 12M15 2l-10 12\"/></svg>{Messages.ReportDeath}</li>");
        if (summary.Runs.Count > 1)
        {
            html.Write($"<li><svg viewBox=\"0 0 20 16\" aria-hidden=\"true\"><path class=\"run\" d=\"M10 0V16\"/></svg>{Messages.ReportRunMark}</li>");
        }

        html.Write("</ul>");
        html.Write($"<div class=\"lanes\" role=\"listbox\" tabindex=\"0\" aria-label=\"{Safe(Messages.ReportLanesLabel)}\">");
        string? host = null;
        int number = 0;
        foreach (RunLane lane in summary.Lanes.Take(MostLanes))
        {
            if (lane.Host != host)
            {
                host = lane.Host;
                html.Write($"<div class=\"host\" role=\"presentation\">{Safe(host)}</div>");
            }

            WriteLane(html, summary, lane, ++number);
        }

        html.Write("</div>");
        WriteAxis(html, summary);
        html.Write($"<div class=\"detail\" role=\"status\" aria-live=\"polite\">{Messages.ReportDetail}</div>");
        int left = summary.Lanes.Count + summary.LanesLeftOut - Math.Min(MostLanes, summary.Lanes.Count);
        if (left > 0)
        {
            html.Write($"<p class=\"soft\">{Say(Messages.ReportLanesLeft, Number(left))}</p>");
        }
    }

    public static void WriteThroughput(TextWriter html, RunSummary summary)
    {
        const int Bars = 100;
        double seconds = summary.Span / 1e6 / Bars;
        double[] rates = [.. summary.Ended.Chunk(RunSummary.Bins / Bars).Select(bins => bins.Sum() / seconds)];
        double most = rates.Max();
        string label = Say(Messages.ReportThroughputLabel, Number(summary.Ended.Sum() / (summary.Span / 1e6)), Number(most), Time(seconds * 1e6));
        html.Write($"<p>{label}</p><svg class=\"chart\" viewBox=\"0 0 {Width} 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{label}\">");
        for (int i = 0; i < Bars; i++)
        {
            WriteBar(html, i * (double)Width / Bars, (double)Width / Bars, most > 0 ? 100 * rates[i] / most : 0, string.Empty);
        }

        html.Write($"</svg><div class=\"foot\"><span>0</span><span>{AxisTime(summary.Span / 2.0, summary.Span)}</span><span>{AxisTime(summary.Span, summary.Span)}</span></div>");
    }

    public static void WriteDurations(TextWriter html, RunSummary summary)
    {
        DurationHistogram durations = summary.Durations;
        if (durations.Total == 0)
        {
            html.Write($"<p class=\"soft\">{Messages.ReportNothing}</p>");
            return;
        }

        int first = Array.FindIndex(durations.Counts, static count => count > 0);
        int last = Array.FindLastIndex(durations.Counts, static count => count > 0);
        string label = Say(
            Messages.ReportDurationsLabel, Time(durations.Quantile(0.5)), Time(durations.Quantile(0.95)), Time(durations.Quantile(0.99)), Time(durations.Longest));
        long most = durations.Counts.Max();
        double width = (double)Width / (last - first + 1);
        html.Write($"<p>{label}</p><svg class=\"chart\" viewBox=\"0 0 {Width} 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{label}\">");
        for (int step = first; step <= last; step++)
        {
            // A single item among a million is still to be seen.
            double height = durations.Counts[step] == 0 ? 0 : Math.Max(2, 100.0 * durations.Counts[step] / most);
            string title = $"{Time(DurationHistogram.From(step))} – {Time(DurationHistogram.From(step + 1))}: {Number(durations.Counts[step])}";
            WriteBar(html, (step - first) * width, width, height, title);
        }

        html.Write($"</svg><div class=\"foot\"><span>{Time(DurationHistogram.From(first))}</span><span>{Time(DurationHistogram.From((first + last + 1) / 2))}</span><span>{Time(DurationHistogram.From(last + 1))}</span></div>");
    }

    private static void WriteBar(TextWriter html, double x, double width, double height, string title)
    {
        if (height > 0)
        {
            html.Write(Format($"<rect x=\"{x:0.##}\" y=\"{100 - height:0.##}\" width=\"{Math.Max(0.5, width - 1):0.##}\" height=\"{height:0.##}\">"));
            html.Write(title.Length > 0 ? $"<title>{Safe(title)}</title></rect>" : "</rect>");
        }
    }

    private static void WriteKey(TextWriter html, string style, string text, bool tall) =>
        html.Write($"<li><svg viewBox=\"0 0 20 16\" aria-hidden=\"true\"><rect class=\"{style}\" x=\"0\" y=\"{(tall ? 0 : 4)}\" width=\"20\" height=\"{(tall ? 16 : 9)}\"/></svg>{Safe(text)}</li>");

    private static void WriteLane(TextWriter html, RunSummary summary, RunLane lane, int number)
    {
        string text = Say(
            Messages.ReportLane, lane.Worker, lane.ProcessId, lane.Host, Number(lane.Items), Number(lane.Troubled), Percent((double)lane.Busy / summary.Span))
            + (lane.Exit is null ? string.Empty : Say(Messages.ReportLaneDied, lane.Exit));
        html.Write($"<div class=\"lane\" role=\"option\" id=\"lane{number}\" aria-selected=\"false\" aria-label=\"{text}\" data-text=\"{text}\">");
        html.Write($"<div class=\"name\">{Say(Messages.ReportLaneName, lane.Worker, lane.ProcessId, Percent((double)lane.Busy / summary.Span))}</div>");
        html.Write($"<svg viewBox=\"0 0 {Width} 16\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
        foreach (long resumed in summary.Resumes.Take(MostRunMarks))
        {
            html.Write(Format($"<path class=\"run\" d=\"M{XOf(summary, resumed):0.#} 0V16\"/>"));
        }

        if (summary.HasBars)
        {
            foreach (RunBar bar in lane.Bars)
            {
                bool good = bar.Outcome == AttemptOutcome.Succeeded;
                string name = Name(bar.Outcome);
                WriteRect(html, name, XOf(summary, bar.Started), XOf(summary, bar.Duration), good ? 4 : 0, good ? 9 : 16, Format($"{bar.Number},{bar.Attempt},{name},{bar.Started},{bar.Duration}"), 1);
            }
        }
        else
        {
            WriteBins(html, summary, lane);
        }

        if (lane.Exit is not null)
        {
            double x = Math.Clamp(XOf(summary, lane.Last), 4, Width - 4);
            html.Write(Format($"<path class=\"death\" d=\"M{x - 4:0.#} 1L{x + 4:0.#} 15M{x + 4:0.#} 1L{x - 4:0.#} 15\"/>"));
        }

        html.Write("</svg></div>");
    }

    /// <summary>Draws how busy a worker was per bin: neighbours that are alike as one.</summary>
    private static void WriteBins(TextWriter html, RunSummary summary, RunLane lane)
    {
        const int Levels = 8;
        double width = summary.Span / (double)RunSummary.Bins;
        int[] levels = [.. lane.BusyBins.Select(busy => (int)Math.Ceiling(Math.Clamp(busy / width, 0, 1) * Levels))];
        for (int from = 0, to; from < levels.Length; from = to)
        {
            for (to = from + 1; to < levels.Length && levels[to] == levels[from]; to++)
            {
            }

            if (levels[from] > 0)
            {
                double share = levels[from] / (double)Levels;
                string data = Format($"0,{100 * share:0},group,{(long)(from * width)},{(long)((to - from) * width)}");
                WriteRect(html, "group", from * (double)Width / RunSummary.Bins, (to - from) * (double)Width / RunSummary.Bins, 4, 9, data, share);
            }
        }

        for (int bin = 0; bin < RunSummary.Bins; bin++)
        {
            if (lane.TroubledBins[bin] > 0)
            {
                html.Write(Format($"<rect class=\"mark\" x=\"{bin * (double)Width / RunSummary.Bins:0.##}\" y=\"0\" width=\"3\" height=\"16\"/>"));
            }
        }
    }

    private static void WriteRect(TextWriter html, string style, double x, double width, int y, int height, string data, double opacity)
    {
        html.Write(Format($"<rect class=\"{style}\" x=\"{x:0.##}\" y=\"{y}\" width=\"{Math.Max(0.6, width):0.##}\" height=\"{height}\" data-i=\"{data}\""));
        html.Write(opacity < 1 ? Format($" opacity=\"{0.2 + (0.8 * opacity):0.##}\"/>") : "/>");
    }

    private static void WriteAxis(TextWriter html, RunSummary summary)
    {
        html.Write("<div class=\"axis\" aria-hidden=\"true\"><span></span><div>");
        for (int i = 0; i <= Ticks; i++)
        {
            html.Write($"<span>{AxisTime(summary.Span * (double)i / Ticks, summary.Span)}</span>");
        }

        html.Write("</div></div>");
    }

    private static double XOf(RunSummary summary, long time) => time * (double)Width / summary.Span;
}
