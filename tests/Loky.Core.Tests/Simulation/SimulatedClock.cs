using System.Diagnostics;

namespace Loky.Tests.Simulation;

/// <summary>A clock that stands still between events: whatever is to happen later waits here, and happens in order, on one thread.</summary>
internal sealed class SimulatedClock : TimeProvider
{
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();

    // Not zero, which stands for "never" in some places.
    private long _now = Stopwatch.Frequency;
    private long _order;

    /// <summary>Gets how much time has passed.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(Stopwatch.Frequency, _now);

    /// <inheritdoc/>
    public override long GetTimestamp() => _now;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, callback, state);
        _ = timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Has something happen after a while.</summary>
    public void After(TimeSpan delay, Action what) => At(_now + (long)(delay.TotalSeconds * Stopwatch.Frequency), what);

    /// <summary>Has something happen at a time; at once, where that has passed.</summary>
    public void At(long timestamp, Action what) => _events.Enqueue(what, (Math.Max(timestamp, _now), _order++));

    /// <summary>Lets the next thing happen. Returns false if nothing ever will.</summary>
    public bool Step()
    {
        if (!_events.TryDequeue(out Action? what, out (long At, long Order) when))
        {
            return false;
        }

        _now = when.At;
        what();
        return true;
    }

    /// <summary>A timer that fires once.</summary>
    private sealed class SimulatedTimer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
    {
        private long _version;
        private long _scheduledFor;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                _version++;
                _scheduledFor = 0;
                return true;
            }

            long at = clock._now + (long)(dueTime.TotalSeconds * Stopwatch.Frequency);
            if (at == _scheduledFor)
            {
                return true;
            }

            _scheduledFor = at;
            long version = ++_version;
            clock.At(at, () =>
            {
                if (version == _version)
                {
                    _scheduledFor = 0;
                    callback(state);
                }
            });
            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
