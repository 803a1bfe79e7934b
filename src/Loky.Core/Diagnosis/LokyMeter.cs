using System.Diagnostics.Metrics;
using Loky.Execution;

namespace Loky.Diagnosis;

/// <summary>What all pools of this process do, in numbers, for <c>dotnet-counters</c> and OpenTelemetry.</summary>
/// <remarks>Counted by frame, not by item; first used after a worker was started, which hides what it costs to make.</remarks>
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

    public static IsolatedCounter TasksDone { get; } =
        new(Meter, "loky.item.ended", "{item}", "Items that ended in a worker.");

    public static IsolatedCounter TasksLost { get; } =
        new(Meter, "loky.item.lost", "{item}", "Items that ended because the worker died that ran them.");

    public static IsolatedCounter TasksRetried { get; } =
        new(Meter, "loky.item.retried", "{item}", "Items that were tried again because the worker died that ran them.");

    public static IsolatedCounter WorkersStarted { get; } =
        new(Meter, "loky.worker.started", "{process}", "Worker processes that were started.");

    public static IsolatedCounter WorkersDied { get; } =
        new(Meter, "loky.worker.died", "{process}", "Worker processes that ended without having been told to.");
}
