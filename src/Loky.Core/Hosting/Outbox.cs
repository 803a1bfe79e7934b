using System.Diagnostics;
using Loky.Channel;
using Loky.Runs;
using Loky.Wire;

namespace Loky.Hosting;

/// <summary>
/// Collects what items write and sends it to the parent by size and time. The collecting happens in the
/// <see cref="TaskJournal"/>, so that nothing an ended item wrote is lost when the process is killed.
/// </summary>
/// <remarks>The thread that runs items writes; a timer flushes what has waited too long behind a slow item.</remarks>
internal sealed class Outbox : IDisposable
{
    private const int HeadSize = Frame.HeaderSize + RecordsHeader.Size;
    private const int FlushSize = 32 * 1024;

    // Each frame wakes a thread of the parent: often enough that nobody sees output wait, seldom enough not to show.
    private static readonly long FlushTicks = Stopwatch.Frequency / 100;
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(10);

    private readonly object _gate = new();
    private readonly PooledBuffer _account = new(256);
    private readonly FrameTransport _transport;
    private readonly TaskJournal _journal;
    private readonly OutputWindow _window;
    private readonly Timer _timer;
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
    private long _heldBefore;
    private bool _isFirstOfGroup;
    private readonly TypicalTime _typical = new();
    private AccountClock _accounts;

    /// <summary>Creates the outbox of a connected worker.</summary>
    public Outbox(FrameTransport transport, TaskJournal journal)
    {
        _transport = transport;
        _journal = journal;
        _window = new OutputWindow(journal);
        _timer = new Timer(static state => ((Outbox)state!).FlushIfOld(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Notes, before anything of the item runs, that it is about to.</summary>
    /// <param name="groupId">The item's task group.</param>
    /// <param name="sequence">The item's number within this worker.</param>
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
            _itemStarted = Stopwatch.GetTimestamp();
            _heldBefore = _window.HeldTicks;
            _journal.StartedAt = _itemStarted;
            _journal.Started = sequence;
        }
    }

    /// <summary>Takes the parent's word that it has received so many bytes of records, and wants more.</summary>
    public void Acknowledge(long bytes) => _window.Acknowledge(bytes);

    /// <summary>Does what has to be done while an item runs, and is not of it: the time that it takes is not the item's either.</summary>
    public void Exclude(Action action) => _window.Exclude(action);

    /// <summary>Writes a record of the current item. Waits while the parent has received too little of what was sent.</summary>
    /// <param name="kind">Any kind but <see cref="RecordKind.End"/>.</param>
    /// <param name="value">One MessagePack value.</param>
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

    /// <summary>Marks the end of the current item, with an account of it in front.</summary>
    /// <param name="errors">How many errors it reported.</param>
    /// <param name="errorId">What identifies the first.</param>
    /// <param name="failed">Whether an error ended it.</param>
    public void EndItem(int errors, string? errorId, bool failed)
    {
        lock (_gate)
        {
            long now = Stopwatch.GetTimestamp();
            WriteAccount(now, errors, errorId, failed);
            EndItemLocked(now);
        }
    }

    /// <summary>Marks the end of the current item.</summary>
    public void EndItem()
    {
        lock (_gate)
        {
            EndItemLocked(Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Sends what is there.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            FlushLocked();
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

    /// <summary>
    /// Gives back what has not started of a batch. No record of the batch behind it may be sent before the parent is told
    /// where this one ends.
    /// </summary>
    /// <param name="firstSequence">The number of its first item.</param>
    /// <param name="batch">The batch; null where it is over.</param>
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

    /// <inheritdoc/>
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
        if (_length >= FlushSize || now - _firstUnsent > FlushTicks)
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
            _timer.Change(FlushInterval, Timeout.InfiniteTimeSpan);
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

        // Only now that the kernel has all of it may the journal forget it. A death between the two is harmless: the
        // parent knows the frame by its number.
        Commit(0);
        _lastOfItem = 0;
        _frameNumber++;
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
