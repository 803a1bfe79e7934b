using System.Diagnostics;

namespace Loky.Execution;

/// <content>Everything that happens because time has passed: one timer, set to the earliest deadline of any worker.</content>
internal sealed partial class WorkerPool
{
    private static readonly TimeSpan RetireGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeldLook = TimeSpan.FromMilliseconds(100);

    private void OnTimer() => Run(
        static (pool, effects, now) =>
        {
            pool._timerSetFor = long.MaxValue;
            while (pool._deadlines.TryTake(now, out Worker worker))
            {
                if (worker.State != WorkerState.Gone && pool.TimeLeft(worker, now) <= TimeSpan.Zero)
                {
                    pool.Expire(worker, effects);
                }

                pool.Watch(worker);
            }

            if (pool._startsWait || pool._lookAgainAt <= now)
            {
                pool.Dispatch(effects);
            }

            pool.ScheduleTimer();
        },
        Now);

    /// <summary>Sees to it that a worker is looked at when its time is over. Follows whatever can make it shorter.</summary>
    private void Watch(Worker worker)
    {
        long now = Now;
        TimeSpan left = TimeLeft(worker, now);
        if (left < TimeSpan.MaxValue)
        {
            _deadlines.NoLater(worker, After(now, left));
        }
    }

    /// <summary>Adds a time to a time stamp, without it being less by what a time cannot tell.</summary>
    private static long After(long now, TimeSpan time) =>
        time <= TimeSpan.Zero ? now : time.TotalSeconds > long.MaxValue / 2.0 / Stopwatch.Frequency ? long.MaxValue : now + (long)((time.Ticks + 1) * ((double)Stopwatch.Frequency / TimeSpan.TicksPerSecond));

    /// <summary>Tells how long a worker may stay as it is.</summary>
    private TimeSpan TimeLeft(Worker worker, long now)
    {
        if (worker.IsDying)
        {
            return TimeSpan.MaxValue;
        }

        if (worker.Batches.TryPeek(out Batch? running))
        {
            TimeSpan left = TimeSpan.MaxValue;
            if (running.Group.CancelledAt is { } cancelled)
            {
                // Behind another batch it could not stop before it was its turn.
                left = CancelGrace - Stopwatch.GetElapsedTime(Math.Max(cancelled, worker.FrontSince), now);
            }

            if (running.Group.Options.TaskTimeout is { } limit)
            {
                // Held back, no time of its own passes; when it goes on it has at least what it has now.
                TimeSpan taskLeft = limit - worker.RunningFor(now, out bool isHeldBack);
                taskLeft = isHeldBack && taskLeft < HeldLook ? HeldLook : taskLeft;
                left = taskLeft < left ? taskLeft : left;
            }

            return left;
        }

        return worker.State switch
        {
            WorkerState.Starting => PreparationTimeLeft(worker, now),
            WorkerState.Ready when _idleTimeout != Timeout.InfiniteTimeSpan => _idleTimeout - Stopwatch.GetElapsedTime(worker.IdleSince, now),
            WorkerState.Retiring => RetireGrace - Stopwatch.GetElapsedTime(worker.IdleSince, now),
            _ => TimeSpan.MaxValue,
        };
    }

    private void Expire(Worker worker, PoolEffects effects)
    {
        if (worker.Batches.TryPeek(out Batch? running))
        {
            BreakReason reason = running.Group.CancelledAt is null
                ? new BreakReason(MessageText.Format(Messages.TaskTimedOut, running.Group.Options.TaskTimeout!.Value.TotalSeconds)) { IsTaskTimeout = true }
                : new BreakReason(MessageText.Format(Messages.WorkerRefusedToStop, CancelGrace.TotalSeconds));
            worker.Note(WorkerEvent.BrokenOff);
            effects.Then(() => worker.Break(reason));
        }
        else if (worker.State == WorkerState.Ready)
        {
            Retire(worker, effects);
        }
        else if (worker.State == WorkerState.Starting)
        {
            BreakReason reason = PreparationTimedOut();
            worker.Note(WorkerEvent.BrokenOff);
            effects.Then(() => worker.Break(reason));
        }
        else
        {
            worker.Note(WorkerEvent.BrokenOff);
            effects.Then(() => worker.Break(new BreakReason(Messages.WorkerRefusedToEnd)));
        }
    }

    /// <summary>Sets the timer to the next deadline.</summary>
    private void ScheduleTimer()
    {
        if (_timerDisposed)
        {
            return;
        }

        long now = Now;
        long next = Math.Min(_lookAgainAt, _deadlines.Next);
        next = _startsWait ? Math.Min(next, After(now, _starts.PauseLeft(now))) : next;
        if (next == _timerSetFor)
        {
            return;
        }

        _timerSetFor = next;

        // Rounded up: a timer that fires a fraction early would only have to be set again.
        _ = next == long.MaxValue
            ? _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan)
            : _timer.Change(
                TimeSpan.FromMilliseconds(Math.Ceiling(Math.Clamp(Math.Max(0, next - now) * 1000.0 / Stopwatch.Frequency, 0, int.MaxValue - 1.0))),
                Timeout.InfiniteTimeSpan);
    }
}
