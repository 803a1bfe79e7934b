using System.Diagnostics;

namespace Loky.Diagnosis;

/// <summary>Activities for OpenTelemetry; those of items have their own source, as one costs more than a quick item.</summary>
internal static class LokyActivities
{
    public const string SourceName = "Loky";

    public const string ItemSourceName = "Loky.Items";

    private static readonly string? Version = typeof(LokyActivities).Assembly.GetName().Version?.ToString(3);

    public static ActivitySource Source { get; } = new(SourceName, Version);

    public static ActivitySource Items { get; } = new(ItemSourceName, Version);

    /// <summary>Tells of something that is over, in universal time, which was never anybody's current activity.</summary>
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
