using System.Diagnostics;
using Loky.Channel;
using Loky.Diagnosis;
using Loky.Execution;
using Loky.Scheduling;
using Loky.Wire;

namespace Loky.Runs;

/// <summary>Makes attempts of what the pool tells of a group, and passes them on.</summary>
internal sealed class AttemptTracker : IAttemptObserver
{
    private readonly List<IAttemptSink> _sinks = [];
    private readonly object _gate = new();
    private readonly Dictionary<long, ItemInFlight> _items = [];
    private long _lastNumber;
    private bool _isCounted;
    private ItemHash _lastHash;

    /// <inheritdoc/>
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

    /// <summary>Gets the number of the item that was counted last.</summary>
    public long LastNumber => Volatile.Read(ref _lastNumber);

    /// <summary>Has somebody get the attempts, before there are any.</summary>
    public void Add(IAttemptSink sink) => _sinks.Add(sink);

    /// <summary>Counts the next item of the input, which is added next, or not at all. Called by whoever adds items.</summary>
    /// <param name="hash">What it is known by.</param>
    public long Count(ItemHash hash)
    {
        (_isCounted, _lastHash) = (true, hash);
        return ++_lastNumber;
    }

    /// <summary>Tells of the item that was counted last that it could not be sent.</summary>
    public void OnNotSent(string errorId)
    {
        DateTime now = DateTime.UtcNow;
        Pass([new Attempt { Item = _lastNumber, Outcome = AttemptOutcome.NotSent, Queued = now, Started = now, Ended = now, ErrorId = errorId }]);
    }

    /// <inheritdoc/>
    public long? NumberOf(long index)
    {
        lock (_gate)
        {
            return _items.TryGetValue(index, out ItemInFlight item) ? item.Number : null;
        }
    }

    /// <inheritdoc/>
    public void OnAdded(long index)
    {
        // Who does not count adds every item.
        var item = new ItemInFlight(_isCounted ? _lastNumber : index + 1, _lastHash, DateTime.UtcNow);
        lock (_gate)
        {
            _items[index] = item;
        }
    }

    /// <inheritdoc/>
    public void OnRecords(AttemptPlace place, TaskGroup group, ItemRange rest, RecordsFrame frame)
    {
        DateTime now = DateTime.UtcNow;
        var ended = new Passage(this);
        var records = new RecordReader(frame.Records);
        lock (_gate)
        {
            var current = new Reading();
            int done = 0;
            int from = 0;
            int recordAt = 0;
            while (records.TryRead(out RecordKind kind, out ReadOnlyMemory<byte> value))
            {
                if (kind != RecordKind.End)
                {
                    current.Note(kind, value, records.Position - recordAt);
                    recordAt = records.Position;
                    continue;
                }

                long index = frame.FirstIndex + done;
                if (_items.Remove(index, out ItemInFlight item) && current.IsAttempt)
                {
                    int bytes = group.BytesOf(rest.Skip(done).Take(1)).Length;
                    ended.Add(current.ToAttempt(item, place, now, bytes, group.CancelledAt.HasValue));
                }

                current = default;
                from = recordAt = records.Position;
                done++;
            }

            if (from < frame.Records.Length && _items.TryGetValue(frame.FirstIndex + done, out ItemInFlight open))
            {
                // The rest of the item comes with the next frame.
                _items[frame.FirstIndex + done] = open with { Written = open.Written + frame.Records.Length - from };
            }
        }

        ended.Pass();
    }

    /// <inheritdoc/>
    public void OnLost(AttemptPlace place, TaskGroup group, ItemRange items, DateTime? started, WorkerExit exit, Exception loss, bool retried)
    {
        DateTime now = DateTime.UtcNow;
        var lost = new Passage(this);
        lock (_gate)
        {
            for (int i = 0; i < items.Count; i++)
            {
                long index = items.FirstIndex + i;
                if (!_items.TryGetValue(index, out ItemInFlight item))
                {
                    continue;
                }

                int bytes = group.BytesOf(items.Skip(i).Take(1)).Length;
                DateTime began = i == items.Count - 1 ? started ?? place.SentAt : place.SentAt;
                lost.Add(new Attempt
                {
                    Item = item.Number,
                    Outcome = loss is TaskTimeoutException ? AttemptOutcome.TimedOut : AttemptOutcome.Lost,
                    Place = place,
                    Queued = item.Queued,
                    Started = Clamp(began, place.SentAt, now),
                    Ended = now,
                    BytesIn = bytes,
                    BytesOut = item.Written,
                    Hash = item.Hash,
                    Exit = exit.Reason,
                    ErrorId = loss.GetType().Name,
                    Cause = loss is TaskTimeoutException ? loss.Message : exit.LikelyCause,
                    IsRetried = retried,
                });
                if (retried)
                {
                    _items[index] = item with { Written = 0 };
                }
                else
                {
                    _items.Remove(index);
                }
            }
        }

        lost.Pass();
    }

    /// <inheritdoc/>
    public void OnCompleted(Exception? error, bool cancelled)
    {
        foreach (IAttemptSink sink in _sinks)
        {
            Isolated.Call(() => sink.Complete(error, cancelled));
        }
    }

    private static DateTime Clamp(DateTime time, DateTime least, DateTime most) => time > most ? most : time < least ? least : time;

    private void Pass(ReadOnlySpan<Attempt> attempts)
    {
        foreach (IAttemptSink sink in _sinks)
        {
            try
            {
                sink.Add(attempts);
            }
            catch (Exception exception)
            {
                // What a sink cannot do is its own matter.
                Debug.WriteLine(exception);
            }
        }
    }

    /// <summary>Some attempts on their way to the sinks, a few at a time, in memory that is used again.</summary>
    private struct Passage(AttemptTracker tracker)
    {
        private const int Size = 64;

        [ThreadStatic]
        private static Attempt[]? s_attempts;

        private int _count;

        public void Add(in Attempt attempt)
        {
            s_attempts ??= new Attempt[Size];
            s_attempts[_count++] = attempt;
            if (_count == Size)
            {
                Pass();
            }
        }

        public void Pass()
        {
            if (_count > 0)
            {
                tracker.Pass(s_attempts.AsSpan(0, _count));
                _count = 0;
            }
        }
    }

    /// <summary>An item that has not ended.</summary>
    private readonly record struct ItemInFlight(long Number, ItemHash Hash, DateTime Queued)
    {
        public long Written { get; init; }
    }

    /// <summary>What the records of one item tell.</summary>
    private struct Reading
    {
        private AttemptAccount? _account;
        private bool _cancelled;
        private bool _failed;
        private int _written;

        /// <summary>An item that was skipped because the call was stopped has no account: it was never tried.</summary>
        public readonly bool IsAttempt => _account is not null || !_cancelled;

        public void Note(RecordKind kind, ReadOnlyMemory<byte> value, int size)
        {
            switch (kind)
            {
                case RecordKind.Account:
                    _account = TryRead(value);
                    return;
                case RecordKind.Cancelled:
                    _cancelled = true;
                    break;
                case RecordKind.Failed:
                    _failed = true;
                    break;
            }

            _written += size;
        }

        public readonly Attempt ToAttempt(ItemInFlight item, AttemptPlace place, DateTime now, int bytes, bool wasStopped)
        {
            // The clock of another machine may differ from this one: no item ran before it was sent, or after it was told of.
            DateTime ended = _account is { } told ? Clamp(told.Ended, place.SentAt, now) : now;
            return new Attempt
            {
                Item = item.Number,
                Outcome = OutcomeOf(wasStopped),
                Place = place,
                Queued = item.Queued,
                Started = _account is { } account ? Clamp(ended - account.Run, place.SentAt, ended) : place.SentAt,
                Ended = ended,
                BytesIn = bytes,
                BytesOut = item.Written + _written,
                Hash = item.Hash,
                ErrorId = _account?.ErrorId,
            };
        }

        private static AttemptAccount? TryRead(ReadOnlyMemory<byte> value)
        {
            try
            {
                return AttemptAccount.Read(value);
            }
            catch (WireFormatException)
            {
                // What the worker makes up is no reason to lose the other items of its frame.
                return null;
            }
        }

        /// <summary>What fails once the call is stopped fails because of that: to be stopped is an error to what loads a module, say.</summary>
        private readonly AttemptOutcome OutcomeOf(bool wasStopped) =>
            _cancelled ? AttemptOutcome.Cancelled
            : _failed || _account is { IsFailed: true } ? (wasStopped ? AttemptOutcome.Cancelled : AttemptOutcome.Failed)
            : _account is { Errors: > 0 } ? AttemptOutcome.Reported
            : AttemptOutcome.Succeeded;
    }
}
