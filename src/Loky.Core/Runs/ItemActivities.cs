using System.Diagnostics;
using Loky.Diagnosis;

namespace Loky.Runs;

/// <summary>Tells of each attempt as an activity below that of its call.</summary>
internal sealed class ItemActivities(ActivityContext call) : IAttemptSink
{
    public bool IsBehind => false;

    /// <summary>Gets what observes a call's items, for its log or for those who want an activity of each; or null.</summary>
    public static AttemptTracker? Observe(RunLog? log, CallActivity? activity)
    {
        AttemptTracker? tracker = log?.Tracker;
        if (LokyActivities.Items.HasListeners())
        {
            tracker ??= new AttemptTracker();
            tracker.Add(new ItemActivities(activity?.Context ?? default));
        }

        return tracker;
    }

    public void Add(ReadOnlySpan<Attempt> attempts, bool more)
    {
        foreach (ref readonly Attempt attempt in attempts)
        {
            List<KeyValuePair<string, object?>> tags =
            [
                new("loky.item.number", attempt.Item),
                new("loky.item.attempt", attempt.Place?.Attempt ?? 0),
                new("loky.item.outcome", RunLogFormat.NameOf(attempt.Outcome).ToString()),
            ];
            if (attempt.Place is { } place)
            {
                tags.Add(new("host.name", place.Host ?? Environment.MachineName));
                tags.Add(new("process.pid", place.ProcessId));
                tags.Add(new("loky.worker.number", place.Worker));
            }

            if (attempt.Exit is not null)
            {
                tags.Add(new("loky.worker.exit", attempt.Exit));
            }

            string? error = attempt.Outcome == AttemptOutcome.Succeeded ? null : attempt.ErrorId ?? RunLogFormat.NameOf(attempt.Outcome).ToString();
            LokyActivities.Tell(LokyActivities.Items, "loky.item", call, attempt.Started, attempt.Ended, error, tags);
        }
    }

    public void Complete(Exception? error, bool cancelled)
    {
    }
}
