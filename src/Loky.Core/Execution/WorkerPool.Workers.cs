using Loky.Channel;
using Loky.Connections;
using Loky.Diagnosis;
using Loky.Scheduling;

namespace Loky.Execution;

/// <content>What the pool hears from the connections of its workers.</content>
internal sealed partial class WorkerPool
{
    internal void OnWorkerStarted(Worker worker, int processId, string? hostName)
    {
        lock (_gate)
        {
            worker.OnStarted(processId, hostName);
        }

        LokyMeter.WorkersStarted.Add(1);
        Tell(log => log.WorkerStarted(Number, worker.Number, processId));
    }

    internal void OnWorkerConnected(Worker worker, Capabilities capabilities) =>
        Run(static (scheduler, told, turn) => scheduler.OnConnected(told.worker, told.capabilities, turn), (worker, capabilities));

    /// <summary>Handles a frame of a worker; called for one frame of a worker at a time.</summary>
    /// <exception cref="ProtocolException">The worker broke the protocol.</exception>
    internal void OnFrame(Worker worker, Frame frame)
    {
        switch (frame.Type)
        {
            case FrameType.Ready:
                frame.Dispose();
                Run(static (scheduler, worker, turn) => scheduler.OnReady(worker, turn), worker);
                break;
            case FrameType.Records:
                OnRecords(worker, RecordsHeader.Read(frame.Payload.Span), frame.Payload, frame);
                break;
            case FrameType.Failure:
                var reader = new WireReader(frame.Payload);
                Exception failure = Failures.ReadException(ref reader, TypePolicy.DeclaredOnly);
                frame.Dispose();
                Run(static (_, told, _) => told.worker.OnFailed(told.failure), (worker, failure));
                break;
            case FrameType.StartRecord:
                ReadOnlyMemory<byte> record = frame.Payload.ToArray();
                frame.Dispose();
                CheckStartRecord(record);
                Run(static (scheduler, told, turn) => scheduler.OnStartRecord(told.worker, told.record, turn), (worker, record));
                break;
            case FrameType.Returned:
                var returned = new WireReader(frame.Payload);
                (long first, int count) = (returned.ReadInt64(), returned.ReadInt32());
                frame.Dispose();
                Run(static (scheduler, back, turn) => scheduler.OnReturned(back.worker, back.first, back.count, turn), (worker, first, count));
                break;
            case FrameType.MemoryLimitExceeded:
                MemoryExcess excess = MemoryExcess.Read(frame.Payload);
                frame.Dispose();
                Run(static (scheduler, exceeded, turn) => scheduler.OnMemoryLimitExceeded(exceeded.worker, exceeded.excess, turn), (worker, excess));
                break;
            default:
                throw new ProtocolException(MessageText.Format(Messages.FrameUnexpectedType, frame.Type, FrameType.Records));
        }
    }

    internal void OnChannelClosed(Worker worker, Exception? error)
    {
        lock (_gate)
        {
            Scheduler.OnClosed(worker, error is null ? null : new BreakReason(error.Message));
        }
    }

    /// <summary>Ends a worker by force that cannot be told what it has to be.</summary>
    internal void BreakWorker(Worker worker, string reason) =>
        Run(
            static (_, broken, turn) =>
            {
                if (!broken.worker.IsDying)
                {
                    turn.Break(broken.worker, new BreakReason(broken.reason));
                }
            },
            (worker, reason));

    /// <summary>Accounts for everything a dead worker had; called once for each worker, last.</summary>
    internal void OnWorkerGone(Worker worker, ConnectionEnd end)
    {
        (WorkerExit exit, long started, byte[] unsent, Exception? failure) = end;
        if (unsent.Length > 0)
        {
            try
            {
                OnRecords(worker, RecordsHeader.Read(unsent), unsent, owner: null);
            }
            catch (Exception exception)
            {
                // Whatever it is, the rest must follow: the worker's items wait for their end.
                failure ??= exception;
            }
        }

        List<Victims> victims;
        lock (_gate)
        {
            victims = Victims.Take(worker, started, exit);
        }

        // Told before they are accounted for: no group must be completed ahead of the end of its last item.
        foreach (Victims lost in victims)
        {
            TellLoss(worker, lost, end);
            if (!lost.IsRetried)
            {
                TaskGroup group = lost.Batch.Group;
                Isolated.Call(() => group.OnItemsLost(lost.Items.FirstIndex, lost.Items.Count, LossOf(worker, exit, failure)));
                group.Items.Release(lost.Items);
            }
        }

        TellEnd(worker, exit);
        end = end with { Failure = failure };
        Run(
            static (scheduler, dead, turn) => scheduler.OnGone(dead.worker, dead.end, dead.victims.Where(static lost => lost.IsRetried), turn),
            (worker, end, victims));
    }

    private static Exception LossOf(Worker worker, WorkerExit exit, Exception? failure) =>
        worker.BreakReason is { IsTaskTimeout: true } timeout
            ? new TaskTimeoutException(timeout.Message) { WorkerProcessId = exit.ProcessId, HostName = exit.HostName }
            : exit.ToException(worker.BreakReason?.Message ?? failure?.Message);

    /// <summary>Checks that a record is one, and of a stream, as what ends an item has no place here.</summary>
    private static void CheckStartRecord(ReadOnlyMemory<byte> record)
    {
        var reader = new RecordReader(record);
        if (!reader.TryRead(out RecordKind kind, out _) || kind < RecordKind.FirstStream || reader.TryRead(out _, out _))
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameMalformed, FrameType.StartRecord, record.Length));
        }
    }

    private void OnRecords(Worker worker, RecordsHeader header, ReadOnlyMemory<byte> payload, IDisposable? owner)
    {
        // Counted and not believed: what the group makes of the records must be what is accounted for.
        Batch? batch = null;
        if (RecordReader.CountEnded(payload[RecordsHeader.Size..]) == header.EndedCount)
        {
            lock (_gate)
            {
                batch = worker.Admit(header);
            }
        }

        if (batch is null)
        {
            throw new ProtocolException(MessageText.Format(Messages.RecordsOutOfPlace, header, worker.ProcessId));
        }

        try
        {
            // Delivered before it is accounted for: the group must not be completed ahead of its last records.
            var records = new RecordsFrame(header, batch.Items.FirstIndex + batch.Ended, payload, owner) { Attempt = batch.Items.Attempt };
            TellAttempts(worker, batch, records);
            batch.Group.OnRecords(records);
        }
        finally
        {
            // And accounted for in any case: what was delivered must be neither lost nor run again.
            LokyMeter.TasksDone.Add(header.EndedCount);
            Run(
                static (scheduler, end, turn) => scheduler.OnRecords(end.worker, end.batch, end.header, end.Length, turn),
                (worker, batch, header, payload.Length));
        }
    }
}
