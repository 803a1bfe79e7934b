using System.Diagnostics.Metrics;
using Loky.Execution;

namespace Loky.Diagnosis;

/// <summary>What all pools of this process do, in numbers, for <c>dotnet-counters</c> and OpenTelemetry: the meter <c>Loky</c>.</summary>
/// <remarks>
/// Named as OpenTelemetry names instruments: a namespace in the singular, no unit or kind in the name, which no other name begins with.
/// Counted by frame, not by item; what is under way is only looked at when somebody asks. First used when a worker was
/// started: what it costs to make it goes by while that worker gets ready.
/// </remarks>
internal static class LokyMeter
{
    private static readonly Meter Meter = new("Loky", typeof(LokyMeter).Assembly.GetName().Version?.ToString(3));

    static LokyMeter()
    {
        Isolated.Call(static () => Meter.CreateObservableUpDownCounter(
            "loky.worker.count", static () => LivePools.All().Sum(static pool => pool.GetStatus().Workers.Count), "{process}", "Worker processes there are."));
        Isolated.Call(static () => Meter.CreateObservableUpDownCounter(
            "loky.item.pending", static () => LivePools.All().Sum(static pool => pool.GetStatus().TasksPending), "{item}", "Items that wait for a worker."));
    }

    /// <summary>Gets the tasks that have ended, with a result or an error of their own.</summary>
    public static IsolatedCounter TasksDone { get; } =
        new(Meter, "loky.item.ended", "{item}", "Items that ended in a worker.");

    /// <summary>Gets the tasks that ended because their workers died.</summary>
    public static IsolatedCounter TasksLost { get; } =
        new(Meter, "loky.item.lost", "{item}", "Items that ended because the worker died that ran them.");

    /// <summary>Gets the tasks that were tried again because their workers died.</summary>
    public static IsolatedCounter TasksRetried { get; } =
        new(Meter, "loky.item.retried", "{item}", "Items that were tried again because the worker died that ran them.");

    /// <summary>Gets the worker processes that were started.</summary>
    public static IsolatedCounter WorkersStarted { get; } =
        new(Meter, "loky.worker.started", "{process}", "Worker processes that were started.");

    /// <summary>Gets the worker processes that ended without having been told to.</summary>
    public static IsolatedCounter WorkersDied { get; } =
        new(Meter, "loky.worker.died", "{process}", "Worker processes that ended without having been told to.");
}
