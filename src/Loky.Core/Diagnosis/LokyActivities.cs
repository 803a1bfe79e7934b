using System.Diagnostics;

namespace Loky.Diagnosis;

/// <summary>
/// Calls, workers and items as activities, for OpenTelemetry. Items have a source of their own, for who wants them: an activity
/// for each costs more than a quick item does.
/// </summary>
internal static class LokyActivities
{
    /// <summary>The name of the source of calls and starts of workers.</summary>
    public const string SourceName = "Loky";

    /// <summary>The name of the source of items.</summary>
    public const string ItemSourceName = "Loky.Items";

    private static readonly string? Version = typeof(LokyActivities).Assembly.GetName().Version?.ToString(3);

    /// <summary>Gets the source of calls and starts of workers.</summary>
    public static ActivitySource Source { get; } = new(SourceName, Version);

    /// <summary>Gets the source of items.</summary>
    public static ActivitySource Items { get; } = new(ItemSourceName, Version);

    /// <summary>Tells of something that is over, without it ever having been the current activity of anybody.</summary>
    /// <param name="source">The source.</param>
    /// <param name="name">Its name.</param>
    /// <param name="parent">What it belongs to.</param>
    /// <param name="started">When it began, in universal time.</param>
    /// <param name="ended">When it ended.</param>
    /// <param name="errorType">What kind of error ended it, or null.</param>
    /// <param name="tags">What else there is to tell.</param>
    public static void Tell(
        ActivitySource source, string name, ActivityContext parent, DateTime started, DateTime ended, string? errorType, IEnumerable<KeyValuePair<string, object?>> tags)
    {
        Activity? before = Activity.Current;
        Activity.Current = null;
        try
        {
            using Activity? activity = source.StartActivity(name, ActivityKind.Internal, parent, tags, startTime: started);
            if (activity is null)
            {
                return;
            }

            if (errorType is not null)
            {
                _ = activity.SetTag("error.type", errorType).SetStatus(ActivityStatusCode.Error);
            }

            _ = activity.SetEndTime(ended);
        }
        finally
        {
            Activity.Current = before;
        }
    }
}
