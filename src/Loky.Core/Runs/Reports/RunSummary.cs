namespace Loky.Runs.Reports;

/// <summary>A whole log, summed to the same memory whatever its length: bins of time, and the most of everything.</summary>
internal sealed class RunSummary
{
    public const int Bins = 400;

    private const int MostLanes = 2000;
    private const int MostBars = 4000;
    private const int MostDeaths = 200;
    private const int MostSlow = 25;
    private const int MostErrors = 200;

    private readonly Dictionary<(string Host, int ProcessId, int Worker), RunLane> _lanes = [];
    private readonly PriorityQueue<(RunBar Bar, string Host, int ProcessId), long> _slowest = new();
    private readonly Dictionary<string, long> _errors = [];
    private readonly long _begin;

    private RunSummary(long begin, long span) => (_begin, Span) = (begin, span);

    public List<RunLogHeader> Runs { get; } = [];

    /// <summary>Gets when each call but the first began, in microseconds from the begin of the log.</summary>
    public IEnumerable<long> Resumes => Runs.Skip(1).Select(run => ((run.Started - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond) - _begin);

    /// <summary>Gets how long the log spans, in microseconds.</summary>
    public long Span { get; }

    public DateTime Begin => DateTime.UnixEpoch.AddTicks(_begin * TimeSpan.TicksPerMicrosecond);

    /// <summary>Gets the workers, by host and number.</summary>
    public IReadOnlyList<RunLane> Lanes { get; private set; } = [];

    /// <summary>Gets how many workers are left out, because there are too many.</summary>
    public int LanesLeftOut { get; private set; }

    public long[] Outcomes { get; } = new long[Enum.GetValues<AttemptOutcome>().Length];

    public long Attempts => Outcomes.Sum();

    /// <summary>Gets how many items succeeded in the end.</summary>
    public long Succeeded => Outcomes[(int)AttemptOutcome.Succeeded];

    public long Retried { get; private set; }

    /// <summary>Gets the deaths, the first ones where there are very many.</summary>
    public List<RunDeath> Deaths { get; } = [];

    public long DeathCount { get; private set; }

    /// <summary>Gets the items' own errors by their identifiers, the most frequent first.</summary>
    public IEnumerable<(string Id, long Count)> Errors => _errors.Select(static error => (error.Key, error.Value)).OrderByDescending(static error => error.Value).ThenBy(static error => error.Key, StringComparer.Ordinal);

    public IReadOnlyList<(RunBar Bar, string Host, int ProcessId)> Slowest { get; private set; } = [];

    /// <summary>Gets how many attempts ended per bin.</summary>
    public long[] Ended { get; } = new long[Bins];

    public DurationHistogram Durations { get; } = new();

    /// <summary>Gets how long items waited before they began.</summary>
    public DurationHistogram Waits { get; } = new();

    /// <summary>Gets a value indicating whether the last run has no end: it was killed, or is still under way.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Gets how many items the input of the last run had; 0 where it has no end.</summary>
    public long Items { get; private set; }

    public bool WasStopped { get; private set; }

    public long Skipped { get; private set; }

    public bool HasBars { get; private set; }

    public int BrokenLines { get; private set; }

    /// <summary>Gets how many bytes the items and their results were.</summary>
    public (long In, long Out) Bytes { get; private set; }

    /// <summary>Sums a log, which is read twice: what it spans must be known first.</summary>
    /// <exception cref="RunLogException">It cannot be read, or is none.</exception>
    public static RunSummary Of(string path, CancellationToken cancellationToken)
    {
        (long begin, long end) = (long.MaxValue, 0);
        using (var reader = new RunLogReader(path))
        {
            while (reader.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                RunLogEntry entry = reader.Entry;
                long started = (entry.Header!.Started - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
                begin = Math.Min(begin, started);
                end = Math.Max(end, entry.Kind == RunLogLineKind.Run ? started : entry.Ended);
            }
        }

        if (begin == long.MaxValue)
        {
            throw new RunLogException(RunLogProblem.Unreadable, path, MessageText.Format(Messages.RunLogEmpty, path));
        }

        var summary = new RunSummary(begin, Math.Max(1, end - begin));
        using (var reader = new RunLogReader(path))
        {
            while (reader.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                summary.Add(reader.Entry);
            }

            summary.Finish(reader);
        }

        return summary;
    }

    private void Add(RunLogEntry entry)
    {
        switch (entry.Kind)
        {
            case RunLogLineKind.Run:
                Runs.Add(entry.Header!);
                IsOpen = true;
                break;
            case RunLogLineKind.End:
                IsOpen = false;
                (Items, Skipped, WasStopped) = (entry.Items, entry.Skipped, entry.IsCancelled);
                break;
            case RunLogLineKind.Attempt:
                AddAttempt(entry);
                break;
        }
    }

    private void AddAttempt(RunLogEntry entry)
    {
        // A run that is still under way may have grown since it was measured.
        var bar = new RunBar(entry.Item, entry.Attempt, entry.Outcome, Math.Clamp(entry.Started - _begin, 0, Span), Math.Clamp(entry.Ended - _begin, 0, Span));
        Outcomes[(int)entry.Outcome]++;
        Retried += entry.IsRetried ? 1 : 0;
        if (entry.Exit is null && entry.Error is { } error && (_errors.ContainsKey(error) || _errors.Count < MostErrors))
        {
            _errors[error] = _errors.GetValueOrDefault(error) + 1;
        }

        if (entry.Host is null)
        {
            return;
        }

        Bytes = (Bytes.In + entry.BytesIn, Bytes.Out + entry.BytesOut);
        Ended[Math.Clamp((int)(bar.Ended * (double)Bins / Span), 0, Bins - 1)]++;
        Durations.Add(bar.Duration);
        Waits.Add(Math.Max(0, entry.Started - entry.Queued));
        _slowest.Enqueue((bar, entry.Host, entry.ProcessId), bar.Duration);
        if (_slowest.Count > MostSlow)
        {
            _ = _slowest.Dequeue();
        }

        RunLane? lane = LaneOf(entry);
        lane?.Add(bar, Span);
        if (Attempts <= MostBars)
        {
            lane?.Bars.Add(bar);
        }

        if (entry.Exit is { } exit)
        {
            DeathCount++;
            if (lane is not null)
            {
                lane.Exit = exit;
            }

            if (Deaths.Count < MostDeaths)
            {
                Deaths.Add(new RunDeath(bar, entry.Host, entry.ProcessId, exit, entry.Cause ?? string.Empty, entry.IsRetried));
            }
        }
    }

    private RunLane? LaneOf(RunLogEntry entry)
    {
        (string, int, int) key = (entry.Host!, entry.ProcessId, entry.Worker);
        if (!_lanes.TryGetValue(key, out RunLane? lane))
        {
            if (_lanes.Count >= MostLanes)
            {
                LanesLeftOut++;
                return null;
            }

            _lanes.Add(key, lane = new RunLane(entry.Host!, entry.ProcessId, entry.Worker, Bins));
        }

        return lane;
    }

    private void Finish(RunLogReader reader)
    {
        BrokenLines = reader.BrokenLines + (reader.IsTorn ? 1 : 0);
        HasBars = Attempts <= MostBars;
        Lanes = [.. _lanes.Values.OrderBy(static lane => lane.Host, StringComparer.Ordinal).ThenBy(static lane => lane.First).ThenBy(static lane => lane.Worker)];
        var slowest = new List<(RunBar, string, int)>();
        while (_slowest.TryDequeue(out (RunBar, string, int) one, out _))
        {
            slowest.Add(one);
        }

        slowest.Reverse();
        Slowest = slowest;
        if (!HasBars)
        {
            foreach (RunLane lane in Lanes)
            {
                lane.Bars.Clear();
            }
        }
    }
}
