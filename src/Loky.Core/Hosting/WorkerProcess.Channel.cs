using Loky.Channel;
using Loky.Launch;

namespace Loky.Hosting;

/// <content>What the parent tells, read on the channel's own thread.</content>
internal sealed partial class WorkerProcess
{
    private void ReadChannel()
    {
        try
        {
            using var reader = new FrameReader();
            while (true)
            {
                while (reader.TryRead(out Frame frame))
                {
                    Handle(frame);
                }

                int received = _transport.Receive(reader.GetMemory());
                if (received == 0)
                {
                    break;
                }

                reader.Advance(received);
            }
        }
        catch (Exception exception) when (FrameTransport.IsLoss(exception) || exception is ProtocolException or WireFormatException)
        {
            Console.Error.WriteLine(exception.Message);
        }

        // The parent is gone, or can no longer be understood: nobody is left to work for.
        ProcessGroup.KillOwn();
    }

    private void Handle(Frame frame)
    {
        bool keep = false;
        try
        {
            var reader = new WireReader(frame.Payload);
            switch (frame.Type)
            {
                case FrameType.GroupStart:
                    int id = reader.ReadInt32();
                    _groups[id] = new WorkerGroup(id, (TaskKind)reader.ReadInt32(), reader.ReadBinary().ToArray(), ReadShared(ref reader))
                    {
                        WantsAccounts = reader.ReadBoolean(),
                        TraceParent = reader.ReadString(),
                    };
                    break;
                case FrameType.Setup:
                    _ = _setup.TrySetResult(WorkerSetup.Read(frame.Payload));
                    break;
                case FrameType.GroupExtend:
                    Group(reader.ReadInt32()).Extend(reader.ReadBinary().ToArray());
                    break;
                case FrameType.Keep:
                    string name = reader.ReadString()!;
                    _ = reader.ReadInt32();
                    _shared[name] = reader.ReadBinary().ToArray();
                    break;
                case FrameType.KeepInPlace:
                    (string key, ReadOnlyMemory<byte> bytes) = ValuesInPlace.Open(ref reader);
                    _shared[key] = bytes;
                    _journal.Opened++;
                    break;
                case FrameType.Drop:
                    _ = _shared.Remove(reader.ReadString()!);
                    break;
                case FrameType.Batch:
                    WorkerGroup group = GroupOfBatch(reader.ReadInt32(), (TaskKind)reader.ReadInt32());
                    long first = reader.ReadInt64();
                    int count = reader.ReadInt32();
                    int attempt = reader.ReadInt32();
                    var batch = new WorkerBatch(group, frame, reader.Position, first, count, attempt);
                    _batches.RemoveAll(static batch => batch.IsExhausted);
                    _batches.Add(batch);
                    keep = true;
                    if (!_queue.Add(batch))
                    {
                        // Sent before the parent heard that this worker takes nothing more.
                        _outbox.GiveBack(first, batch);
                        batch.Dispose();
                    }

                    break;
                case FrameType.Recall:
                    long asked = reader.ReadInt64();
                    _outbox.GiveBack(asked, _batches.Find(batch => batch.FirstSequence == asked));
                    break;
                case FrameType.GroupCancel:
                    if (FindGroup(reader.ReadInt32()) is { } cancelled)
                    {
                        cancelled.Cancel();
                        RunnerOf(cancelled).Stop(cancelled);
                    }

                    break;
                case FrameType.GroupEnd:
                    int ended = reader.ReadInt32();
                    _queue.AddEnd(Group(ended));
                    _groups.Remove(ended);
                    _batches.RemoveAll(static batch => batch.IsExhausted);
                    break;
                case FrameType.Acknowledge:
                    _outbox.Acknowledge(reader.ReadInt64());
                    break;
                case FrameType.Shutdown:
                    _queue.Complete();
                    break;
                default:
                    throw new ProtocolException(MessageText.Format(Messages.FrameUnexpectedType, frame.Type, FrameType.Batch));
            }
        }
        finally
        {
            if (!keep)
            {
                frame.Dispose();
            }
        }
    }

    /// <summary>A single call has no group of its own that outlives it: its one batch is all there is.</summary>
    private WorkerGroup GroupOfBatch(int id, TaskKind kind) =>
        kind == TaskKind.Call ? _lastCall = new WorkerGroup(id, kind, [], []) : Group(id);

    /// <summary>A group holds on to what it needs, whatever is dropped while it lasts.</summary>
    private ReadOnlyMemory<byte>[] ReadShared(ref WireReader reader)
    {
        var values = new ReadOnlyMemory<byte>[reader.ReadArrayHeader()];
        for (int i = 0; i < values.Length; i++)
        {
            string key = reader.ReadString()!;
            values[i] = _shared.TryGetValue(key, out ReadOnlyMemory<byte> bytes) ? bytes : throw new ProtocolException(MessageText.Format(Messages.FrameUnknownValue, key));
        }

        return values;
    }

    private WorkerGroup? FindGroup(int id) =>
        _groups.TryGetValue(id, out WorkerGroup? group) ? group : _lastCall?.Id == id ? _lastCall : null;

    private WorkerGroup Group(int id) =>
        _groups.TryGetValue(id, out WorkerGroup? group) ? group : throw new ProtocolException(MessageText.Format(Messages.FrameUnknownGroup, id));
}
