using System.Diagnostics;
using Loky.Channel;
using Loky.Runs;

namespace Loky.Hosting;

/// <summary>Collects what items write, in the <see cref="TaskJournal"/>, so that a kill loses nothing of ended items.</summary>
/// <remarks>The thread that runs items writes; a timer flushes what has waited too long behind a slow item.</remarks>
internal sealed class Outbox : IDisposable
{
    private const int HeadSize = Frame.HeaderSize + RecordsHeader.Size;
    private const int FlushSize = 32 * 1024;

    /// <summary>How long an item's output may wait for more. Each frame wakes a thread of the parent: often enough that nobody sees
    /// output wait, seldom enough not to show.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);

    /// <summary>The same in a worker that shares a processor with several, where an item of a millisecond takes long, and sending after
    /// each takes the processor from those of others.</summary>
    public static readonly TimeSpan CrowdedDelay = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private readonly PooledBuffer _account = new(256);
    private readonly FrameTransport _transport;
    private readonly TaskJournal _journal;
    private readonly OutputWindow _window;
    private readonly Timer _timer;
    private readonly TimeSpan _delay;
    private readonly long _delayTicks;
    private bool _timerArmed;
    private long _firstUnsent;
    private long _frameNumber = 1;
    private int _length;
    private int _lastOfItem;
    private int _ended;
    private int _groupId;
    private long _current;
    private long _runTicks;
    private long _itemStarted;

    // When the last item ended, where the next one follows at once; else 0. The clock is a twentieth of a trivial item.
    private long _previousEnded;
    private long _heldBefore;
    private bool _isFirstOfGroup;
    private readonly TypicalTime _typical = new();
    private AccountClock _accounts;

    public Outbox(FrameTransport transport, TaskJournal journal, TimeSpan delay, bool isAcknowledged = true)
    {
        _delay = delay;
        _delayTicks = (long)(delay.TotalSeconds * Stopwatch.Frequency);
        _transport = transport;
        _journal = journal;
        _window = new OutputWindow(journal, isAcknowledged);
        _timer = new Timer(static state => ((Outbox)state!).FlushIfOld(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Records, before anything of an item runs, that it is about to.</summary>
    public void BeginItem(int groupId, long sequence)
    {
        lock (_gate)
        {
            if (groupId != _groupId)
            {
                FlushLocked();
                _groupId = groupId;
                _isFirstOfGroup = true;
            }

            _current = sequence;
            _itemStarted = _previousEnded != 0 ? _previousEnded : Stopwatch.GetTimestamp();
            _heldBefore = _window.HeldTicks;
            _journal.StartedAt = _itemStarted;
            _journal.Started = sequence;
        }
    }

    /// <summary>Notes that something else comes between the item that ended and the next one.</summary>
    public void NoteGap()
    {
        lock (_gate)
        {
            _previousEnded = 0;
        }
    }

    public void Acknowledge(long bytes) => _window.Acknowledge(bytes);

    /// <summary>Does something while an item runs, whose time is not the item's.</summary>
    public void Exclude(Action action) => _window.Exclude(action);

    /// <summary>Writes a record of the current item; waits while the parent has received too little of what was sent.</summary>
    public void Write(RecordKind kind, ReadOnlySpan<byte> value)
    {
        // Without the lock: what is there is still sent by time, and an item can still be ended.
        _window.Await();
        lock (_gate)
        {
            WriteLocked(kind, value);
            if (_length >= FlushSize)
            {
                FlushLocked();
            }
        }
    }

    /// <summary>Ends the current item, with an account of its errors in front.</summary>
    public void EndItem(int errors, string? errorId, bool failed)
    {
        lock (_gate)
        {
            long now = Stopwatch.GetTimestamp();
            WriteAccount(now, errors, errorId, failed);
            EndItemLocked(now);
        }
    }

    public void EndItem()
    {
        lock (_gate)
        {
            EndItemLocked(Stopwatch.GetTimestamp());
        }
    }

    public void Flush()
    {
        lock (_gate)
        {
            FlushLocked();
            _previousEnded = 0;
        }
    }

    /// <summary>Sends a frame that holds no records, behind what is there.</summary>
    public void Send(PooledBuffer frame)
    {
        lock (_gate)
        {
            FlushLocked();
            _transport.Send(frame.WrittenSpan);
        }
    }

    /// <summary>Gives back what has not started of a batch, before any record of the next one is sent.</summary>
    public void GiveBack(long firstSequence, WorkerBatch? batch)
    {
        using var frame = new PooledBuffer(32);
        lock (_gate)
        {
            int start = FrameWriter.Begin(frame, FrameType.Returned);
            var writer = new WireWriter(frame);
            writer.Write(firstSequence);
            writer.Write((long)(batch?.GiveBack() ?? 0));
            FrameWriter.End(frame, start);
            Send(frame);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _account.Dispose();
    }

    private void EndItemLocked(long now)
    {
        EnsureStarted();
        long ticks = now - _itemStarted - (_window.HeldTicks - _heldBefore);
        _runTicks += ticks;
        if (!_isFirstOfGroup)
        {
            _typical.Add(ticks);
        }

        _isFirstOfGroup = false;
        _ended++;
        if (_lastOfItem > 0)
        {
            _journal.Outbox[_lastOfItem] |= RecordWriter.EndBit;
            _lastOfItem = 0;
        }
        else
        {
            _journal.Outbox[_length] = (byte)RecordKind.End;
            Commit(_length + 1);
        }

        _current++;
        _previousEnded = now;
        if (_length >= FlushSize || now - _firstUnsent > _delayTicks)
        {
            FlushLocked();
        }
    }

    private void WriteAccount(long now, int errors, string? errorId, bool failed)
    {
        if (Math.Max(_length, HeadSize) + RecordWriter.MaxHeadSize + WireWriter.LongestUInt32 + 1 > TaskJournal.OutboxCapacity)
        {
            // So that the account is in the same frame as the one that it counts from.
            FlushLocked();
        }

        if (errors == 0 && _accounts.TryContinue(_itemStarted, now, out uint took))
        {
            Span<byte> value = stackalloc byte[WireWriter.LongestUInt32];
            WriteLocked(RecordKind.Account, value[..WireWriter.Write(value, took)]);
            return;
        }

        _account.Clear();
        (long ended, long run) = _accounts.Note(_itemStarted, now);
        new AttemptAccount(ended, run, errors, errorId, failed).Write(_account);
        WriteLocked(RecordKind.Account, _account.WrittenSpan);
    }

    private void WriteLocked(RecordKind kind, ReadOnlySpan<byte> value)
    {
        int needed = RecordWriter.MaxHeadSize + value.Length + 1;
        if (Math.Max(_length, HeadSize) + needed > TaskJournal.OutboxCapacity)
        {
            FlushLocked();
            if (HeadSize + needed > TaskJournal.OutboxCapacity)
            {
                SendDirectly(kind, value);
                return;
            }
        }

        EnsureStarted();
        Span<byte> rest = _journal.Outbox[_length..];
        int head = RecordWriter.WriteHead(rest, kind, value.Length);
        value.CopyTo(rest[head..]);
        _lastOfItem = _length;
        Commit(_length + head + value.Length);
    }

    private void EnsureStarted()
    {
        if (_length > 0)
        {
            return;
        }

        _length = HeadSize;
        _ended = 0;
        _firstUnsent = Stopwatch.GetTimestamp();
        WriteHeader(_journal.Outbox, _current, payloadLength: RecordsHeader.Size);
        if (!_timerArmed)
        {
            _timerArmed = true;
            _timer.Change(_delay, Timeout.InfiniteTimeSpan);
        }
    }

    private void Commit(int length)
    {
        _length = length;
        _journal.Committed = length;
    }

    private void WriteHeader(Span<byte> target, long firstSequence, int payloadLength)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(target, payloadLength);
        target[4] = (byte)FrameType.Records;
        new RecordsHeader(
            _groupId,
            _frameNumber,
            firstSequence,
            _ended,
            (int)Math.Min(_runTicks * 1_000_000 / Stopwatch.Frequency, int.MaxValue),
            (int)Math.Min(_typical.Ticks * 1_000_000_000.0 / Stopwatch.Frequency, int.MaxValue)).Write(target[Frame.HeaderSize..]);
    }

    private void FlushLocked()
    {
        if (_length == 0)
        {
            return;
        }

        Span<byte> outbox = _journal.Outbox;
        WriteHeader(outbox, RecordsHeader.Read(outbox[Frame.HeaderSize..]).FirstSequence, _length - Frame.HeaderSize);
        _window.Note(_length - Frame.HeaderSize);
        _transport.Send(outbox[.._length]);

        // Only now may the journal forget it; a death before is harmless: the parent knows the frame by its number.
        Commit(0);
        _lastOfItem = 0;
        _frameNumber++;
        _previousEnded = 0;
        _runTicks = 0;
        _typical.Reset();
        _accounts.Reset();
    }

    private void SendDirectly(RecordKind kind, ReadOnlySpan<byte> value)
    {
        _ended = 0;
        Span<byte> head = stackalloc byte[HeadSize + RecordWriter.MaxHeadSize];
        int headSize = HeadSize + RecordWriter.WriteHead(head[HeadSize..], kind, value.Length);
        int payload = checked(headSize - Frame.HeaderSize + value.Length);
        WriteHeader(head, _current, payload);
        _window.Note(payload);
        _transport.Send(head[..headSize]);
        _transport.Send(value);
        _frameNumber++;
        _runTicks = 0;
        _typical.Reset();
        _accounts.Reset();
    }

    private void FlushIfOld()
    {
        lock (_gate)
        {
            _timerArmed = false;
            if (_length == 0)
            {
                return;
            }

            try
            {
                FlushLocked();
            }
            catch (Exception exception) when (FrameTransport.IsLoss(exception))
            {
                // The parent is gone; the thread that reads the channel ends the process.
            }
        }
    }
}
