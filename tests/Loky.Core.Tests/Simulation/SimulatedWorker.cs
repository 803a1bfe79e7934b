using Loky.Channel;
using Loky.Connections;
using Loky.Remote;
using Loky.Wire;

namespace Loky.Tests.Simulation;

/// <summary>
/// A worker without a process: understands the frames that a real one does, runs items by letting time pass, and dies when
/// it is told to. What it has sent before arrives, as it does from a socket; what it has not sent is in its journal.
/// </summary>
internal sealed class SimulatedWorker(SimulatedRun run, IConnectionOwner owner, int processId, string? hostName) : IConnection, ILedger
{
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(10);

    private readonly FrameReader _reader = new();
    private readonly Queue<byte[]> _outgoing = new();
    private readonly HashSet<int> _groups = [];
    private readonly HashSet<int> _cancelled = [];
    private readonly Queue<SimulatedBatch> _batches = new();
    private readonly List<SimulatedBatch> _known = [];
    private readonly PooledBuffer _records = new();
    private readonly SentBatches _sent = new();
    private bool _alive;
    private bool _lost;
    private long _framesSent;
    private long _lastDeparture;
    private bool _connected;
    private bool _aborted;
    private bool _completing;
    private bool _leaving;
    private bool _running;
    private bool _flushComes;
    private long _lastArrivalHere;
    private long _lastArrivalThere;
    private long _started;
    private long _startedAt;
    private int _runningItem;
    private long _frames = 1;
    private long _framesDelivered;
    private int _recordsGroup;
    private long _recordsFirst;
    private int _recordsEnded;
    private long _recordsTime;

    /// <inheritdoc/>
    public int ProcessId => _alive || _connected ? processId : 0;

    /// <inheritdoc/>
    public string? HostName => hostName;

    /// <inheritdoc/>
    public ILedger Ledger => this;

    /// <inheritdoc/>
    public LedgerEntry Look() => new(_started, _startedAt, 0);

    /// <inheritdoc/>
    public void Start() => run.Clock.After(run.Between(0.1, 5), () =>
    {
        _alive = true;
        run.OnAlive(this, true);
        Tell(owner.OnStarted);
        if (_aborted || run.Chance(run.Faults.StartFails))
        {
            Die(1);
            return;
        }

        run.Clock.After(run.Between(1, 100), WhileAlive(() =>
        {
            _connected = true;
            Tell(() => owner.OnConnected(run.Abilities));
            run.Clock.After(run.Between(0.1, 20), WhileAlive(() => Send(buffer => FrameWriter.WriteEmpty(buffer, FrameType.Ready))));
        }));
    });

    /// <inheritdoc/>
    public void Enqueue(OutgoingFrame frame)
    {
        if (_connected && !_lost)
        {
            _sent.Note(frame.Head);
            _outgoing.Enqueue([.. frame.Head.ToArray(), .. frame.Body.ToArray()]);
        }

        frame.Release();
    }

    /// <inheritdoc/>
    public void Pump()
    {
        while (_outgoing.TryDequeue(out byte[]? bytes))
        {
            if (hostName is null)
            {
                Depart(bytes);
                continue;
            }

            // In order, some of it at once, and some when there is credit.
            long now = run.Clock.GetTimestamp();
            _lastDeparture = Math.Max(_lastDeparture, now + (run.Chance(run.Faults.WaitsForCredit) ? (long)(run.Between(0, 20).TotalSeconds * System.Diagnostics.Stopwatch.Frequency) : 0));
            if (_lastDeparture == now)
            {
                Depart(bytes);
            }
            else
            {
                run.Clock.At(_lastDeparture, () => Depart(bytes));
            }
        }
    }

    /// <summary>Loses its host: the parent hears no more of it, and it goes on for a while with what it has been sent.</summary>
    public void LoseHost()
    {
        if (!_alive || _lost)
        {
            return;
        }

        _lost = true;
        long started = Math.Max(_sent.LastStarted(_framesSent), _started);
        var exit = new WorkerExit(processId, null, string.Empty) { HostName = hostName, HostLoss = "lost" };
        run.Clock.After(run.Between(0, 1), () =>
        {
            if (_connected)
            {
                owner.OnClosed(null);
            }

            owner.OnEnded(new ConnectionEnd(exit, started, [], null) { IsAccountedFor = true });
        });
        run.Clock.After(run.Between(0, 100), WhileAlive(() => Die(137)));
    }

    private void Depart(byte[] bytes)
    {
        if (!_lost)
        {
            _framesSent++;
            _lastArrivalThere = Arrive(_lastArrivalThere, WhileAlive(() => Receive(bytes)));
        }
    }

    private void Tell(Action what)
    {
        if (!_lost)
        {
            what();
        }
    }

    /// <inheritdoc/>
    public void Abort()
    {
        _aborted = true;
        if (_alive)
        {
            run.Clock.After(run.Between(0, 1), WhileAlive(() => Die(137)));
        }
    }

    /// <inheritdoc/>
    public void AbortNow() => Abort();

    /// <inheritdoc/>
    public void ShowErrors()
    {
        // It writes none.
    }

    /// <summary>Ends the process, wherever it is.</summary>
    public void Die(int exitCode)
    {
        if (!_alive)
        {
            return;
        }

        _alive = false;
        run.OnAlive(this, false);
        if (_lost)
        {
            _records.Dispose();
            _reader.Dispose();
            return;
        }

        var exit = new WorkerExit(processId, exitCode, string.Empty) { WasSignalled = exitCode > 128 };
        _ = Arrive(_lastArrivalHere, () =>
        {
            if (_connected)
            {
                owner.OnClosed(null);
            }

            run.Clock.After(run.Between(0, 1), () =>
            {
                byte[] unsent = _records.Length > 0 && _frames == _framesDelivered + 1 ? RecordsPayload() : [];
                _records.Dispose();
                _reader.Dispose();
                owner.OnEnded(new ConnectionEnd(exit, _started, unsent, null));
            });
        });
    }

    private Action WhileAlive(Action what) => () =>
    {
        if (_alive)
        {
            what();
        }
    };

    private long Arrive(long notBefore, Action what)
    {
        long at = Math.Max(notBefore, run.Clock.GetTimestamp() + (long)(run.Between(0.01, 0.3).TotalSeconds * System.Diagnostics.Stopwatch.Frequency));
        run.Clock.At(at, what);
        return at;
    }

    private void Receive(byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            Memory<byte> memory = _reader.GetMemory();
            int count = Math.Min(memory.Length, bytes.Length - at);
            bytes.AsMemory(at, count).CopyTo(memory);
            _reader.Advance(count);
            at += count;
            while (_reader.TryRead(out Frame frame))
            {
                using (frame)
                {
                    Handle(frame);
                }
            }
        }

        RunNext();
    }

    private void Handle(Frame frame)
    {
        var reader = new WireReader(frame.Payload);
        switch (frame.Type)
        {
            case FrameType.GroupStart:
                run.Check(_groups.Add(reader.ReadInt32()), "a worker is told of a group once");
                break;
            case FrameType.GroupEnd:
                int ended = reader.ReadInt32();
                run.Check(_groups.Remove(ended), "the group that ends is known");
                run.Check(!_batches.Any(batch => batch.Group == ended && !batch.IsExhausted), "no group ends before its items");
                break;
            case FrameType.GroupCancel:
                run.Check((run.Abilities & Capabilities.Cancel) != 0, "only a worker that can stop an item is asked to");
                _ = _cancelled.Add(reader.ReadInt32());
                break;
            case FrameType.Batch:
                AddBatch(ref reader);
                break;
            case FrameType.Recall:
                run.Check((run.Abilities & Capabilities.Recall) != 0, "only a worker that can give items back is asked to");
                GiveBack(reader.ReadInt64());
                break;
            case FrameType.Shutdown:
                _completing = true;
                break;
            default:
                run.Check(frame.Type == FrameType.Acknowledge, "only frames for a worker are sent to one");
                break;
        }
    }

    private void AddBatch(ref WireReader reader)
    {
        int group = reader.ReadInt32();
        run.Check(_groups.Contains(group), "a worker knows the group of its batch");
        run.Check(!_completing, "a worker that was told to end gets no items");
        _ = reader.ReadInt32();
        long first = reader.ReadInt64();
        int[] items = new int[reader.ReadInt32()];
        int attempt = reader.ReadInt32();
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = reader.ReadInt32();
        }

        run.Check(reader.End && items.Length > 0, "a batch has as many items as it says");
        var batch = new SimulatedBatch(group, first, items, attempt);
        _batches.Enqueue(batch);
        _known.RemoveAll(static known => known.IsExhausted);
        _known.Add(batch);
        run.Check(_known.Count <= 2, "a worker has no more batches than it may");
        if (_leaving)
        {
            GiveBack(first);
        }
    }

    private void GiveBack(long firstSequence)
    {
        int count = _known.Find(batch => batch.FirstSequence == firstSequence)?.GiveBack() ?? 0;
        Flush();
        Send(buffer =>
        {
            int start = FrameWriter.Begin(buffer, FrameType.Returned);
            var writer = new WireWriter(buffer);
            writer.Write(firstSequence);
            writer.Write((long)count);
            FrameWriter.End(buffer, start);
        });
    }

    private void RunNext()
    {
        if (_running || !_alive)
        {
            return;
        }

        while (_batches.TryPeek(out SimulatedBatch? batch))
        {
            if (!batch.IsExhausted)
            {
                StartItem(batch);
                return;
            }

            _batches.Dequeue();
            Flush();
        }

        if (_completing)
        {
            Flush();
            Die(0);
        }
    }

    private void StartItem(SimulatedBatch batch)
    {
        run.Check(!_leaving, "a worker that asked to be replaced runs nothing more");
        (int item, long sequence) = batch.Take();
        _runningItem = item;
        if (run.Chance(run.Faults.DiesBeforeStart))
        {
            Die(137);
            return;
        }

        BeginRecords(batch.Group, sequence);
        (_started, _startedAt) = (sequence, run.Clock.GetTimestamp());
        if (_cancelled.Contains(batch.Group))
        {
            EndItem(batch, RecordKind.Cancelled);
            RunNext();
            return;
        }

        _running = true;
        run.OnItemStarted(item, batch.Attempt, _lost);
        TimeSpan time = run.TimeOf(item, out bool kills);
        run.Clock.After(time, WhileAlive(() =>
        {
            if (kills)
            {
                Die(run.Chance(0.5) ? 139 : 3);
                return;
            }

            _running = false;
            if (run.Chance(run.Faults.MemoryFills))
            {
                Leave();
            }

            EndItem(batch, _cancelled.Contains(batch.Group) ? RecordKind.Cancelled : RecordKind.Output);
            RunNext();
        }));
    }

    private void Leave()
    {
        _leaving = true;
        Flush();
        Send(buffer => new MemoryExcess(2, 1, IsGrowth: false).WriteFrame(buffer));
        foreach (SimulatedBatch batch in _known.FindAll(static batch => !batch.IsExhausted))
        {
            GiveBack(batch.FirstSequence);
        }
    }

    private void BeginRecords(int group, long sequence)
    {
        if (_records.Length > 0 && _recordsGroup != group)
        {
            Flush();
        }

        if (_records.Length == 0)
        {
            (_recordsGroup, _recordsFirst, _recordsEnded, _recordsTime) = (group, sequence, 0, 0);
        }
    }

    private void EndItem(SimulatedBatch batch, RecordKind kind)
    {
        BeginRecords(batch.Group, _started);
        Span<byte> record = _records.GetSpan(64);
        record[0] = (byte)kind;
        record[1] = 42;
        record[2] = 0xC4;
        record[3] = 40;
        record.Slice(4, 40).Clear();
        record[44] = (byte)RecordKind.End;
        _records.Advance(45);
        _recordsEnded++;
        if (hostName is null)
        {
            run.OnItemEnded(_runningItem);
        }

        _recordsTime += (run.Clock.GetTimestamp() - _startedAt) * 1_000_000 / System.Diagnostics.Stopwatch.Frequency;
        if (batch.IsExhausted)
        {
            Flush();
        }
        else if (!_flushComes)
        {
            _flushComes = true;
            run.Clock.After(FlushInterval, WhileAlive(() =>
            {
                _flushComes = false;
                Flush();
            }));
        }
    }

    private byte[] RecordsPayload()
    {
        byte[] payload = new byte[RecordsHeader.Size + _records.Length];
        int typical = (int)Math.Min(_recordsTime * 1000 / Math.Max(1, _recordsEnded), int.MaxValue);
        new RecordsHeader(_recordsGroup, _frames, _recordsFirst, _recordsEnded, (int)_recordsTime, typical).Write(payload);
        _records.WrittenSpan.CopyTo(payload.AsSpan(RecordsHeader.Size));
        return payload;
    }

    private void Flush()
    {
        if (_records.Length == 0)
        {
            return;
        }

        byte[] payload = RecordsPayload();
        _frames++;
        _records.Clear();
        _recordsFirst = _started + 1;
        Send(FrameType.Records, payload);
    }

    private void Send(Action<PooledBuffer> write)
    {
        using var buffer = new PooledBuffer(64);
        write(buffer);
        Send((FrameType)buffer.WrittenSpan[4], buffer.WrittenSpan[Frame.HeaderSize..].ToArray());
    }

    private void Send(FrameType type, byte[] payload)
    {
        _lastArrivalHere = Arrive(_lastArrivalHere, () =>
        {
            if (_lost)
            {
                return;
            }

            byte[] array = ByteArrays.Rent(Math.Max(payload.Length, 1));
            payload.CopyTo(array, 0);
            if (type == FrameType.Records)
            {
                _framesDelivered++;
            }

            run.Deliver(() => owner.OnFrame(new Frame(type, array, payload.Length)));
        });
    }
}
