using System.Diagnostics;
using Loky.Channel;
using Loky.Execution;

namespace Loky.Scheduling;

/// <summary>How long each worker may stay as it is, and which is to be looked at next.</summary>
internal sealed class Deadlines(TimeSpan idleTimeout, TimeSpan initializerTimeout)
{
    /// <summary>How long a worker that can stop an item may take to, once its call was cancelled.</summary>
    public static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetireGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HeldLook = TimeSpan.FromMilliseconds(100);

    private readonly DeadlineQueue _queue = new();

    public TimeSpan IdleTimeout { get; set; } = idleTimeout;

    public TimeSpan InitializerTimeout { get; set; } = initializerTimeout;

    /// <summary>Gets when to look at the next worker, as a time stamp; <see cref="long.MaxValue"/> for never.</summary>
    public long Next => _queue.Next;

    /// <summary>Adds a time to a time stamp, rounded up, so that the result is never too early.</summary>
    public static long After(long now, TimeSpan time) =>
        time <= TimeSpan.Zero ? now : time.TotalSeconds > long.MaxValue / 2.0 / Stopwatch.Frequency ? long.MaxValue : now + (long)((time.Ticks + 1) * ((double)Stopwatch.Frequency / TimeSpan.TicksPerSecond));

    /// <summary>Sees to it that a worker is looked at when its time is over; follows whatever can make it shorter.</summary>
    public void Watch(Worker worker, long now)
    {
        TimeSpan left = TimeLeft(worker, now);
        if (left < TimeSpan.MaxValue)
        {
            _queue.NoLater(worker, After(now, left));
        }
    }

    public bool TryTake(long now, out Worker worker) => _queue.TryTake(now, out worker);

    public bool IsOver(Worker worker, long now) => worker.State != WorkerState.Gone && TimeLeft(worker, now) <= TimeSpan.Zero;

    private TimeSpan TimeLeft(Worker worker, long now)
    {
        if (worker.IsDying)
        {
            return TimeSpan.MaxValue;
        }

        if (worker.Batches.TryPeek(out Batch? running))
        {
            return TimeLeft(worker, running.Group, now);
        }

        return worker.State switch
        {
            WorkerState.Starting when worker.PreparingSince != 0 && InitializerTimeout != Timeout.InfiniteTimeSpan =>
                InitializerTimeout - Stopwatch.GetElapsedTime(worker.PreparingSince, now),
            WorkerState.Ready when IdleTimeout != Timeout.InfiniteTimeSpan => IdleTimeout - Stopwatch.GetElapsedTime(worker.IdleSince, now),
            WorkerState.Retiring => RetireGrace - Stopwatch.GetElapsedTime(worker.IdleSince, now),
            _ => TimeSpan.MaxValue,
        };
    }

    private static TimeSpan TimeLeft(Worker worker, TaskGroup group, long now)
    {
        TimeSpan left = TimeSpan.MaxValue;
        if (group.CancelledAt is { } cancelled)
        {
            // Behind another batch it could not stop before it was its turn.
            left = (worker.Can(Capabilities.Cancel) ? CancelGrace : TimeSpan.Zero) - Stopwatch.GetElapsedTime(Math.Max(cancelled, worker.FrontSince), now);
        }

        if (group.Options.TaskTimeout is { } limit)
        {
            // Held back, no time of its own passes; when it goes on it has at least what it has now.
            TimeSpan taskLeft = limit - worker.RunningFor(now, out bool isHeldBack);
            taskLeft = isHeldBack && taskLeft < HeldLook ? HeldLook : taskLeft;
            left = taskLeft < left ? taskLeft : left;
        }

        return left;
    }
}
