using System.Diagnostics;
using Loky.Channel;
using Loky.Diagnosis;
using Loky.Execution;
using Loky.Scheduling;

namespace Loky.Runs;

/// <summary>Makes attempts of what the pool tells of a group, and passes them on.</summary>
internal sealed class AttemptTracker : IAttemptObserver
{
    private readonly List<IAttemptSink> _sinks = [];
    private readonly OpenItems _items = new();
    private long _lastNumber;
    private bool _isCounted;
    private ItemHash _lastHash;
    private long _queuedTick;
    private DateTime _queued;

    public bool IsBehind
    {
        get
        {
            foreach (IAttemptSink sink in _sinks)
            {
                if (sink.IsBehind)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public long LastNumber => Volatile.Read(ref _lastNumber);

    /// <summary>Has somebody get the attempts, before there are any.</summary>
    public void Add(IAttemptSink sink) => _sinks.Add(sink);

    /// <summary>Counts the next item of the input, which is added next, or not at all; called by whoever adds items.</summary>
    public long Count(ItemHash hash)
    {
        (_isCounted, _lastHash) = (true, hash);
        return ++_lastNumber;
    }

    /// <summary>Tells of the item that was counted last that it could not be sent.</summary>
    public void OnNotSent(string errorId)
    {
        DateTime now = DateTime.UtcNow;
        Pass([new Attempt { Item = _lastNumber, Outcome = AttemptOutcome.NotSent, Queued = now, Started = now, Ended = now, ErrorId = errorId }], more: false);
    }

    public long? NumberOf(long index) => _items.NumberOf(index);

    public void OnAdded(long index, int bytes)
    {
        // A look at the clock for each item would cost as much as all else here; this is cheap, and the same for milliseconds.
        long tick = Environment.TickCount64;
        if (tick != _queuedTick)
        {
            (_queuedTick, _queued) = (tick, DateTime.UtcNow);
        }

        // Who does not count adds every item.
        _items.Add(index, new OpenItem(_isCounted ? _lastNumber : index + 1, _lastHash, bytes, _queued));
    }

    public void OnRecords(AttemptPlace place, TaskGroup group, RecordsFrame frame)
    {
        var ended = new Passage(this);
        var reading = new AttemptReading(place, DateTime.UtcNow, group.CancelledAt.HasValue);
        var records = new RecordReader(frame.Records);
        OpenItems.Walk items = _items.From(frame.FirstIndex);
        int recordAt = 0;
        while (records.TryRead(out RecordKind kind, out ReadOnlyMemory<byte> value))
        {
            if (kind != RecordKind.End)
            {
                reading.Note(kind, value, records.Position - recordAt);
                recordAt = records.Position;
                continue;
            }

            ref OpenItem item = ref items.Current;
            if (item.Number > 0 && reading.IsAttempt)
            {
                ended.Next = reading.ToAttempt(ref item);
                ended.Add();
            }

            items.End();
            reading.Clear();
            recordAt = records.Position;
        }

        if (reading.Written > 0)
        {
            // The rest of the item comes with the next frame.
            items.Current.Written += reading.Written;
        }

        items.Leave();
        ended.Pass();
    }

    public void OnLost(AttemptPlace place, ItemRange items, DateTime? started, WorkerExit exit, Exception loss, bool retried)
    {
        DateTime now = DateTime.UtcNow;
        var lost = new Passage(this);
        OpenItems.Walk open = _items.From(items.FirstIndex);
        for (int i = 0; i < items.Count; i++)
        {
            ref OpenItem item = ref open.Current;
            if (item.Number > 0)
            {
                DateTime began = i == items.Count - 1 ? started ?? place.SentAt : place.SentAt;
                lost.Next = new Attempt
                {
                    Item = item.Number,
                    Outcome = loss is TaskTimeoutException ? AttemptOutcome.TimedOut : AttemptOutcome.Lost,
                    Place = place,
                    Queued = item.Queued,
                    Started = AttemptReading.Clamp(began, place.SentAt, now),
                    Ended = now,
                    BytesIn = item.Bytes,
                    BytesOut = item.Written,
                    Hash = item.Hash,
                    Exit = exit.Reason,
                    ErrorId = loss.GetType().Name,
                    Cause = loss is TaskTimeoutException ? loss.Message : exit.LikelyCause,
                    IsRetried = retried,
                };
                lost.Add();
                item.Written = 0;
            }

            if (retried)
            {
                open.Next();
            }
            else
            {
                open.End();
            }
        }

        open.Leave();
        lost.Pass();
    }

    public void OnCompleted(Exception? error, bool cancelled)
    {
        foreach (IAttemptSink sink in _sinks)
        {
            Isolated.Call(() => sink.Complete(error, cancelled));
        }
    }

    private void Pass(ReadOnlySpan<Attempt> attempts, bool more)
    {
        foreach (IAttemptSink sink in _sinks)
        {
            try
            {
                sink.Add(attempts, more);
            }
            catch (Exception exception)
            {
                // What a sink cannot do is its own matter.
                Debug.WriteLine(exception);
            }
        }
    }

    /// <summary>Some attempts on their way to the sinks, a few at a time, in memory that is used again.</summary>
    private ref struct Passage(AttemptTracker tracker)
    {
        private const int Size = 64;

        [ThreadStatic]
        private static Attempt[]? s_attempts;

        private readonly Attempt[] _attempts = s_attempts ??= new Attempt[Size];
        private int _count;

        public readonly ref Attempt Next => ref _attempts[_count];

        public void Add()
        {
            if (++_count == Size)
            {
                tracker.Pass(_attempts, more: true);
                _count = 0;
            }
        }

        public void Pass()
        {
            tracker.Pass(_attempts.AsSpan(0, _count), more: false);
            _count = 0;
        }
    }
}
