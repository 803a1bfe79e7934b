using Loky.Execution;

namespace Loky.Scheduling;

/// <summary>What the user is to read about the pool: it waits for a call, and goes to the one that is there longest.</summary>
internal sealed class PendingNotices
{
    // An initializer that never stops to write must not fill the memory of a session that does not read.
    private const int MaxStartRecords = 10_000;
    private const long MaxStartRecordBytes = 16L << 20;

    private readonly Queue<string> _warnings = new();
    private readonly Queue<ReadOnlyMemory<byte>> _startRecords = new();
    private Worker? _startTeller;
    private int _startRecordCount;
    private long _startRecordBytes;

    public void Warn(string warning) => _warnings.Enqueue(warning);

    /// <summary>Adds what a worker wrote at its start, of one worker: all write the same, which is to be read once.</summary>
    public void AddStartRecord(Worker worker, ReadOnlyMemory<byte> record)
    {
        _startTeller ??= worker;
        _startRecordBytes += record.Length;
        if (worker.State == WorkerState.Starting && _startTeller == worker
            && _startRecordCount++ < MaxStartRecords && _startRecordBytes <= MaxStartRecordBytes)
        {
            _startRecords.Enqueue(record);
        }
    }

    public void Tell(List<TaskGroup> groups, Turn turn)
    {
        if (groups is not [TaskGroup group, ..])
        {
            return;
        }

        while (_warnings.TryDequeue(out string? warning))
        {
            turn.Do(CommandKind.Warn, group, warning);
        }

        while (_startRecords.TryDequeue(out ReadOnlyMemory<byte> record))
        {
            turn.Do(CommandKind.StartRecord, group, record);
        }
    }
}
