using System.Diagnostics;
using Loky.Hosting;

namespace Loky.Diagnosis;

/// <summary>The activity of one call, from its begin to the end of its last item.</summary>
internal sealed class CallActivity
{
    private readonly Activity _activity;

    private CallActivity(Activity activity) => _activity = activity;

    /// <summary>Gets the context that the code of its items goes on with, as <c>TRACEPARENT</c> has it.</summary>
    public string? TraceParent => _activity.IdFormat == ActivityIdFormat.W3C ? _activity.Id : null;

    public ActivityContext Context => _activity.Context;

    /// <summary>Begins the activity of a call, below the current or the environment's; null where nobody listens.</summary>
    public static CallActivity? Start(string command, int maxWorkers)
    {
        if (!LokyActivities.Source.HasListeners())
        {
            return null;
        }

        Activity? activity = null;
        Activity? before = Activity.Current;
        Isolated.Call(() =>
        {
            ActivityContext parent = before?.Context
                ?? (ActivityContext.TryParse(Environment.GetEnvironmentVariable(TraceContext.Variable), null, isRemote: true, out ActivityContext outer) ? outer : default);
            activity = LokyActivities.Source.StartActivity(
                "loky.call", ActivityKind.Internal, parent, [new("loky.call.command", command), new("loky.pool.max_workers", maxWorkers)]);
        });

        // What the caller's pipeline does between the items is not part of the call.
        Activity.Current = before;
        return activity is null ? null : new CallActivity(activity);
    }

    public void Complete(long items, Exception? error, bool cancelled) => Isolated.Call(() =>
    {
        Activity? before = Activity.Current;
        _ = _activity.SetTag("loky.call.items", items);
        if (cancelled)
        {
            _ = _activity.SetTag("loky.call.cancelled", true);
        }

        if (error is not null)
        {
            _ = _activity.SetTag("error.type", error.GetType().FullName).SetStatus(ActivityStatusCode.Error, error.Message);
        }

        try
        {
            _activity.Stop();
        }
        finally
        {
            Activity.Current = before;
        }
    });
}
