namespace Loky.Scheduling;

/// <summary>States after events, null where one cannot come: the tables of docs/architecture.md, which a test compares.</summary>
internal static class StateTransitions
{
    public static PoolState? Next(PoolState state, PoolEvent what) => (state, what) switch
    {
        (PoolState.Running, PoolEvent.ShutDown) => PoolState.Draining,
        (PoolState.Running or PoolState.Draining, PoolEvent.StartupFailed) => PoolState.Broken,
        (PoolState.Draining, PoolEvent.NothingLeft) => PoolState.Stopped,
        (PoolState.Running or PoolState.Stopped, PoolEvent.NothingLeft) => null,
        (PoolState.Broken or PoolState.Stopped, PoolEvent.StartupFailed) => null,
        _ => state,
    };

    public static WorkerState? Next(WorkerState state, WorkerEvent what) => (state, what) switch
    {
        (WorkerState.Gone, _) => null,
        (_, WorkerEvent.ProcessGone) => WorkerState.Gone,
        (_, WorkerEvent.BrokenOff) => WorkerState.Broken,
        (WorkerState.Starting, WorkerEvent.ReportedReady) => WorkerState.Ready,
        (WorkerState.Starting, WorkerEvent.ToldToEnd) => WorkerState.Broken,
        (WorkerState.Ready, WorkerEvent.ToldToEnd) => WorkerState.Retiring,
        _ => state,
    };
}
