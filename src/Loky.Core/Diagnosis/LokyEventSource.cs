using System.Diagnostics.Tracing;

namespace Loky.Diagnosis;

/// <summary>The life of pools and workers as events of the provider <c>Loky</c>; of single items only losses are told.</summary>
/// <remarks>A listener is called on the thread that tells, so nothing is told under a lock.</remarks>
[EventSource(Name = "Loky")]
internal sealed class LokyEventSource : EventSource
{
    public static readonly LokyEventSource Log = new();

    private LokyEventSource()
    {
    }

    [Event(1, Level = EventLevel.Informational)]
    public void WorkerStarted(int pool, int worker, int processId) => WriteEvent(1, pool, worker, processId);

    [Event(2, Level = EventLevel.Informational)]
    public void WorkerReady(int pool, int worker, int processId) => WriteEvent(2, pool, worker, processId);

    /// <summary>A worker was told to end with what it has: it was idle, too many, grown, or its pool ends.</summary>
    [Event(3, Level = EventLevel.Informational)]
    public void WorkerRetired(int pool, int worker, int processId) => WriteEvent(3, pool, worker, processId);

    /// <summary>A worker ended that nobody had told to.</summary>
    [Event(4, Level = EventLevel.Warning)]
    public void WorkerLost(int pool, int worker, int processId, string reason) => WriteEvent(4, pool, worker, processId, reason);

    /// <summary>Tasks may have started in a worker that died, and end with that.</summary>
    [Event(5, Level = EventLevel.Warning)]
    public void TaskLost(int pool, int processId, long firstIndex, int count) => WriteEvent(5, pool, processId, firstIndex, count);

    /// <summary>Tasks may have started in a worker that died, and are tried again.</summary>
    [Event(6, Level = EventLevel.Warning)]
    public void TaskRetried(int pool, int processId, long firstIndex, int count) => WriteEvent(6, pool, processId, firstIndex, count);

    [Event(7, Level = EventLevel.Informational)]
    public void PoolResized(int pool, int maxWorkers) => WriteEvent(7, pool, maxWorkers);

    /// <summary>A pool takes no tasks any more because its workers cannot start.</summary>
    [Event(8, Level = EventLevel.Error)]
    public void PoolBroken(int pool, string reason) => WriteEvent(8, pool, reason);

    /// <summary>A pool has ended, and its last worker with it.</summary>
    [Event(9, Level = EventLevel.Informational)]
    public void PoolStopped(int pool) => WriteEvent(9, pool);
}
