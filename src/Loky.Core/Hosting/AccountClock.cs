using System.Diagnostics;

namespace Loky.Hosting;

/// <summary>The times in a frame's accounts: one look at the clock, then the stopwatch; guarded by the outbox's lock.</summary>
internal struct AccountClock
{
    private const long MicrosecondsPerSecond = 1_000_000;

    // What lies between two items that run one right after the other is no time that anybody would want to see.
    private static readonly long GapTicks = Stopwatch.Frequency / 100_000;

    private long _base;
    private long _baseTicks;
    private long _lastEnded;
    private long _lastTicks;
    private bool _isRunning;

    /// <summary>Has the next account be the first of another frame.</summary>
    public void Reset() => _isRunning = false;

    /// <summary>Takes account of an item by the microseconds since the end before it in the frame, if there is no gap.</summary>
    public bool TryContinue(long started, long now, out uint took)
    {
        took = 0;
        if (!_isRunning || started - _lastTicks > GapTicks)
        {
            return false;
        }

        long ended = MicrosecondsAt(now);
        if (ended - _lastEnded > uint.MaxValue)
        {
            return false;
        }

        took = (uint)(ended - _lastEnded);
        (_lastEnded, _lastTicks) = (ended, now);
        return true;
    }

    /// <summary>Takes account of any item: its end in microseconds since the Unix epoch, and how long it ran.</summary>
    public (long Ended, long Run) Note(long started, long now)
    {
        if (!_isRunning)
        {
            (_base, _baseTicks, _isRunning) = ((DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, now, true);
        }

        (_lastEnded, _lastTicks) = (MicrosecondsAt(now), now);
        return (_lastEnded, (now - started) * MicrosecondsPerSecond / Stopwatch.Frequency);
    }

    private readonly long MicrosecondsAt(long ticks) => _base + ((ticks - _baseTicks) * MicrosecondsPerSecond / Stopwatch.Frequency);
}
