using System.Diagnostics;
using Loky.Channel;

namespace Loky.Execution;

/// <content>How long workers may prepare themselves, and what they write meanwhile.</content>
internal sealed partial class WorkerPool
{
    // An initializer that never stops to write must not fill the memory of a session that does not read.
    private const int MaxStartRecords = 10_000;
    private const long MaxStartRecordBytes = 16L << 20;

    private readonly Queue<ReadOnlyMemory<byte>> _startRecords = new();
    private TimeSpan _initializerTimeout;
    private Worker? _startTeller;
    private int _startRecordCount;
    private long _startRecordBytes;

    /// <summary>Gets how long a worker may prepare itself.</summary>
    public TimeSpan InitializerTimeout
    {
        get
        {
            lock (_gate)
            {
                return _initializerTimeout;
            }
        }
    }

    /// <summary>Notes that a worker has connected and prepares itself: from here on its time runs.</summary>
    internal void OnWorkerConnected(Worker worker) => Run(
        static (pool, _, worker) =>
        {
            worker.PreparingSince = pool.Now;
            pool.Watch(worker);
            pool.ScheduleTimer();
        },
        worker);

    private TimeSpan PreparationTimeLeft(Worker worker, long now) =>
        worker.PreparingSince == 0 || _initializerTimeout == Timeout.InfiniteTimeSpan
            ? TimeSpan.MaxValue
            : _initializerTimeout - Stopwatch.GetElapsedTime(worker.PreparingSince, now);

    private BreakReason PreparationTimedOut() =>
        new(MessageText.Format(Messages.InitializerTimedOut, _initializerTimeout.TotalSeconds)) { IsStartTimeout = true };

    /// <summary>All workers prepare themselves in the same way, which the user wants to read of once: from the first that writes.</summary>
    private void OnStartRecord(Worker worker, ReadOnlyMemory<byte> record, PoolEffects effects)
    {
        _startTeller ??= worker;
        _startRecordBytes += record.Length;
        if (worker.State == WorkerState.Starting && _startTeller == worker
            && _startRecordCount++ < MaxStartRecords && _startRecordBytes <= MaxStartRecordBytes)
        {
            _startRecords.Enqueue(record);
            TellStartRecords(effects);
        }
    }

    /// <summary>Checks that a record is one, and of a stream, as what ends an item has no place here.</summary>
    /// <exception cref="ProtocolException">It is something else.</exception>
    private static void CheckStartRecord(ReadOnlyMemory<byte> record)
    {
        var reader = new RecordReader(record);
        if (!reader.TryRead(out RecordKind kind, out _) || kind < RecordKind.FirstStream || reader.TryRead(out _, out _))
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameMalformed, FrameType.StartRecord, record.Length));
        }
    }

    private void TellStartRecords(PoolEffects effects)
    {
        while (_groups is [TaskGroup group, ..] && _startRecords.TryDequeue(out ReadOnlyMemory<byte> record))
        {
            effects.Then(() => group.OnStartRecord(record));
        }
    }
}
