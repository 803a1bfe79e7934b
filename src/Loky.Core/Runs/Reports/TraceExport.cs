using System.Text.Json;

namespace Loky.Runs.Reports;

/// <summary>Writes a log as a Chrome trace: hosts as processes, workers as threads, items as slices, short ones joined.</summary>
internal sealed class TraceExport
{
    // A trace of this many slices opens at once in the browser.
    private const int SlicesAimedAt = 20_000;
    private const int SinglesAimedAt = 20_000;

    private readonly Utf8JsonWriter _json;
    private readonly Dictionary<string, int> _hosts = [];
    private readonly Dictionary<(string Host, int ProcessId, int Worker), Lane> _lanes = [];
    private readonly long _begin;
    private readonly long _groupBelow;

    private TraceExport(Utf8JsonWriter json, long begin, long groupBelow) => (_json, _begin, _groupBelow) = (json, begin, groupBelow);

    /// <summary>Writes the trace of a log.</summary>
    /// <exception cref="RunLogException">The log cannot be read, or is none.</exception>
    public static void Write(string path, Stream target, CancellationToken cancellationToken)
    {
        RunSummary summary = RunSummary.Of(path, cancellationToken);
        long begin = (summary.Begin - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        long groupBelow = summary.Attempts <= SinglesAimedAt ? 0 : Math.Max(1, summary.Span * Math.Max(1, summary.Lanes.Count) / SlicesAimedAt);
        using var json = new Utf8JsonWriter(target, new JsonWriterOptions { SkipValidation = true });
        var export = new TraceExport(json, begin, groupBelow);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit"u8, "ms"u8);
        json.WriteStartObject("otherData"u8);
        json.WriteString("command"u8, summary.Runs[0].Command);
        json.WriteString("begin"u8, summary.Begin);
        json.WriteEndObject();
        json.WriteStartArray("traceEvents"u8);
        using (var reader = new RunLogReader(path))
        {
            while (reader.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                export.Add(reader.Entry);
            }
        }

        foreach (Lane lane in export._lanes.Values)
        {
            export.WriteGroup(lane);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Add(RunLogEntry entry)
    {
        if (entry.Kind == RunLogLineKind.Run)
        {
            long at = (entry.Header!.Started - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            WriteInstant(entry.Header.Resumes ? "run resumed" : "run", "run", "g", 0, 0, at, entry.Header.Run.ToString());
            return;
        }

        if (entry.Kind != RunLogLineKind.Attempt || entry.Host is null)
        {
            return;
        }

        Lane lane = LaneOf(entry);
        bool stands = entry.Outcome != AttemptOutcome.Succeeded || entry.Duration >= _groupBelow;
        if (stands || entry.Started < lane.GroupEnded || entry.Ended - lane.GroupStarted >= _groupBelow)
        {
            WriteGroup(lane);
        }

        if (stands)
        {
            WriteItem(lane, entry);
        }
        else
        {
            lane.Take(entry);
        }
    }

    private Lane LaneOf(RunLogEntry entry)
    {
        if (_lanes.TryGetValue((entry.Host!, entry.ProcessId, entry.Worker), out Lane? known))
        {
            return known;
        }

        if (!_hosts.TryGetValue(entry.Host!, out int host))
        {
            _hosts.Add(entry.Host!, host = _hosts.Count + 1);
            WriteName("process_name", host, 0, entry.Host!);
            WriteOrder("process_sort_index", host, 0, host);
        }

        // Processes of one host can have had the same id one after another; the place in the list is their own.
        var lane = new Lane(host, _lanes.Count + 1);
        _lanes.Add((entry.Host!, entry.ProcessId, entry.Worker), lane);
        WriteName("thread_name", host, lane.Thread, FormattableString.Invariant($"worker {entry.Worker} (process {entry.ProcessId})"));

        // By number, and in order where one took the place of another; viewers sort by name, the tenth before the second.
        WriteOrder("thread_sort_index", host, lane.Thread, Math.Clamp(entry.Worker, 0, int.MaxValue));
        return lane;
    }

    private void WriteOrder(string what, int host, int thread, int place)
    {
        BeginMetadata(what, host, thread);
        _json.WriteNumber("sort_index"u8, place);
        EndMetadata();
    }

    private void WriteName(string what, int host, int thread, string name)
    {
        BeginMetadata(what, host, thread);
        _json.WriteString("name"u8, name);
        EndMetadata();
    }

    private void BeginMetadata(string what, int host, int thread)
    {
        _json.WriteStartObject();
        _json.WriteString("ph"u8, "M"u8);
        _json.WriteString("name"u8, what);
        _json.WriteNumber("pid"u8, host);
        _json.WriteNumber("tid"u8, thread);
        _json.WriteStartObject("args"u8);
    }

    private void EndMetadata()
    {
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void WriteItem(Lane lane, RunLogEntry entry)
    {
        BeginSlice(lane, FormattableString.Invariant($"item {entry.Item}"), RunLogFormat.NameOf(entry.Outcome).ToString(), entry.Started, entry.Ended);
        _json.WriteString("cname"u8, ColorOf(entry.Outcome));
        _json.WriteStartObject("args"u8);
        _json.WriteNumber("number"u8, entry.Item);
        _json.WriteNumber("attempt"u8, entry.Attempt);
        _json.WriteString("outcome"u8, RunLogFormat.NameOf(entry.Outcome));
        _json.WriteNumber("bytesIn"u8, entry.BytesIn);
        _json.WriteNumber("bytesOut"u8, entry.BytesOut);
        _json.WriteNumber("waitedMs"u8, Math.Max(0, entry.Started - entry.Queued) / 1000.0);
        if (entry.Error is not null)
        {
            _json.WriteString("error"u8, entry.Error);
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
        if (entry.Exit is not null)
        {
            string then = entry.IsRetried ? FormattableString.Invariant($", item {entry.Item} is tried again") : string.Empty;
            WriteInstant($"died: {entry.Exit}{then}", entry.IsRetried ? "death,retry" : "death", "t", lane.Host, lane.Thread, entry.Ended, entry.Cause);
        }
        else if (entry.IsRetried)
        {
            WriteInstant(FormattableString.Invariant($"item {entry.Item} is tried again"), "retry", "t", lane.Host, lane.Thread, entry.Ended, null);
        }
    }

    /// <summary>Gets the name of a colour, of the few that viewers have; without one each item would have another.</summary>
    private static string ColorOf(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Succeeded => "thread_state_running",
        AttemptOutcome.Reported or AttemptOutcome.Cancelled => "yellow",
        _ => "terrible",
    };

    private void WriteGroup(Lane lane)
    {
        if (lane.Count == 0)
        {
            return;
        }

        BeginSlice(lane, FormattableString.Invariant($"{lane.Count} items"), "group", lane.GroupStarted, lane.GroupEnded);
        _json.WriteString("cname"u8, "thread_state_runnable"u8);
        _json.WriteStartObject("args"u8);
        _json.WriteNumber("items"u8, lane.Count);
        _json.WriteNumber("first"u8, lane.FirstNumber);
        _json.WriteNumber("last"u8, lane.LastNumber);
        _json.WriteNumber("busyMs"u8, lane.Busy / 1000.0);
        _json.WriteEndObject();
        _json.WriteEndObject();
        lane.Clear();
    }

    private void BeginSlice(Lane lane, string name, string category, long started, long ended)
    {
        _json.WriteStartObject();
        _json.WriteString("ph"u8, "X"u8);
        _json.WriteString("name"u8, name);
        _json.WriteString("cat"u8, category);
        _json.WriteNumber("pid"u8, lane.Host);
        _json.WriteNumber("tid"u8, lane.Thread);
        _json.WriteNumber("ts"u8, started - _begin);
        _json.WriteNumber("dur"u8, Math.Max(0, ended - started));
    }

    private void WriteInstant(string name, string category, string scope, int host, int thread, long at, string? note)
    {
        _json.WriteStartObject();
        _json.WriteString("ph"u8, "i"u8);
        _json.WriteString("name"u8, name);
        _json.WriteString("cat"u8, category);
        _json.WriteString("s"u8, scope);
        _json.WriteNumber("pid"u8, host);
        _json.WriteNumber("tid"u8, thread);
        _json.WriteNumber("ts"u8, at - _begin);
        if (note is not null)
        {
            _json.WriteStartObject("args"u8);
            _json.WriteString("note"u8, note);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
    }

    /// <summary>A worker, and the short items of it that are still to be written.</summary>
    private sealed class Lane(int host, int thread)
    {
        public int Host { get; } = host;

        public int Thread { get; } = thread;

        public int Count { get; private set; }

        public long GroupStarted { get; private set; } = long.MaxValue;

        public long GroupEnded { get; private set; }

        public long FirstNumber { get; private set; }

        public long LastNumber { get; private set; }

        public long Busy { get; private set; }

        public void Take(RunLogEntry entry)
        {
            if (Count++ == 0)
            {
                (GroupStarted, FirstNumber) = (entry.Started, entry.Item);
            }

            (GroupEnded, LastNumber) = (Math.Max(GroupEnded, entry.Ended), entry.Item);
            Busy += entry.Duration;
        }

        public void Clear() => (Count, GroupStarted, Busy) = (0, long.MaxValue, 0);
    }
}
